import { type IncomingEvent, TOPICS, type TopicName } from '@leasehold/contracts';
import { type BatchContext, type EventBatch, EventConsumer, LEASEHOLD_TRANSPORT } from '@leasehold/messaging';
import { Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { WebhookIntake } from './webhook-intake.js';

/** Thresholds and refusals become `license.usage_*` webhooks. */
@EventConsumer()
export class ConsumeUsage {
  constructor(@Inject(WebhookIntake) private readonly intake: WebhookIntake) {}

  @EventPattern<TopicName>(TOPICS.usage.name, LEASEHOLD_TRANSPORT)
  consume(@Payload() batch: EventBatch<IncomingEvent>, @Ctx() context: BatchContext): Promise<void> {
    return this.intake.take(batch, context);
  }
}
