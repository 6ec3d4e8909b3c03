import { type IncomingEvent, TOPICS, type TopicName } from '@leasehold/contracts';
import { type BatchContext, type EventBatch, EventConsumer, LEASEHOLD_TRANSPORT } from '@leasehold/messaging';
import { Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { WebhookIntake } from './webhook-intake.js';

/** Facts of licenses become `license.*` webhooks. */
@EventConsumer()
export class ConsumeLicenses {
  constructor(@Inject(WebhookIntake) private readonly intake: WebhookIntake) {}

  @EventPattern<TopicName>(TOPICS.licenses.name, LEASEHOLD_TRANSPORT)
  consume(@Payload() batch: EventBatch<IncomingEvent>, @Ctx() context: BatchContext): Promise<void> {
    return this.intake.take(batch, context);
  }
}
