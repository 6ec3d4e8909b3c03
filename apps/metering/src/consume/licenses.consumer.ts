import {
  type IncomingEvent,
  type LicenseEventData,
  licenseEventName,
  type TopicName,
  TOPICS,
} from '@leasehold/contracts';
import { type BatchContext, type EventBatch, EventConsumer, LEASEHOLD_TRANSPORT } from '@leasehold/messaging';
import { Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { changeContexts } from '../licenses/change-contexts.js';
import { TELLER, type Teller } from '../telling/teller.js';

/** Facts of licenses: each carries the state after it, of which limits and periods matter here. */
@EventConsumer()
export class LicensesConsumer {
  constructor(@Inject(TELLER) private readonly teller: Teller) {}

  @EventPattern<TopicName>(TOPICS.licenses.name, LEASEHOLD_TRANSPORT)
  async change(@Payload() { events }: EventBatch<IncomingEvent>, @Ctx() { transaction }: BatchContext): Promise<void> {
    const states = events.flatMap((event) => (isLicenseEvent(event) ? [event.data.license] : []));
    await changeContexts(transaction, states, this.teller);
  }
}

const isLicenseEvent = (event: IncomingEvent): event is IncomingEvent & { readonly data: LicenseEventData } =>
  licenseEventName(event.type) !== undefined && event.data !== undefined;
