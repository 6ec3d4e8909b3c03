import {
  EVENTS,
  type IncomingEvent,
  isEvent,
  type TopicName,
  TOPICS,
  type ValidationBatch,
} from '@leasehold/contracts';
import { type BatchContext, type EventBatch, EventConsumer, LEASEHOLD_TRANSPORT } from '@leasehold/messaging';
import { LOGGER, type ServiceContext } from '@leasehold/runtime';
import { Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { AnomalyMetrics } from '../anomaly-metrics.js';
import { detect } from '../detection/detect.js';

/** Validations, in which the rules look for misuse. */
@EventConsumer()
export class ValidationsConsumer {
  constructor(
    @Inject(AnomalyMetrics) private readonly metrics: AnomalyMetrics,
    @Inject(LOGGER) private readonly logger: ServiceContext<object>['logger'],
  ) {}

  @EventPattern<TopicName>(TOPICS.validations.name, LEASEHOLD_TRANSPORT)
  async detect(
    @Payload() { partition, events }: EventBatch<IncomingEvent>,
    @Ctx() { transaction }: BatchContext,
  ): Promise<void> {
    const batches = events.flatMap((event): ValidationBatch[] =>
      isEvent(event, EVENTS.validationBatch) && event.data !== undefined ? [event.data] : [],
    );
    const detected = await detect(transaction, partition, batches);
    this.metrics.detected(detected);
    if (detected.missing > 0) {
      this.logger.error({ partition, missing: detected.missing }, 'validations are missing: their numbers have a gap');
    }
  }
}
