import type { IncomingEvent } from '@leasehold/contracts';
import type { BatchContext, EventBatch } from '@leasehold/messaging';
import { type Draw } from '../deliveries/store-deliveries.js';
import { fanOut } from '../deliveries/fan-out.js';
import { toWebhook } from '../wire/to-webhook.js';

/** Turns batches of the log into deliveries, in the transaction that moves the offset over them. */
export class WebhookIntake {
  readonly #draw: Draw;
  readonly #wakeSoon: () => void;

  constructor(draw: Draw, wakeSoon: () => void) {
    this.#draw = draw;
    this.#wakeSoon = wakeSoon;
  }

  async take({ events }: EventBatch<IncomingEvent>, { transaction }: BatchContext): Promise<void> {
    const told = events.map(toWebhook).filter((event) => event !== undefined);
    const scheduled = await fanOut(transaction, told, this.#draw);
    if (scheduled.length > 0) this.#wakeSoon();
  }
}
