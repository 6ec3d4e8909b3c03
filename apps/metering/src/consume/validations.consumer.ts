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
import { countValidations } from '../counting/count-validations.js';
import { METERING_METRICS, type MeteringMetrics } from '../metering-metrics.js';
import { TELLER, type Teller } from '../telling/teller.js';

/** Validations, as validators tell them in numbered batches: each counts exactly once. */
@EventConsumer()
export class ValidationsConsumer {
  constructor(
    @Inject(TELLER) private readonly teller: Teller,
    @Inject(LOGGER) private readonly logger: ServiceContext<object>['logger'],
    @Inject(METERING_METRICS) private readonly metrics: MeteringMetrics,
  ) {}

  @EventPattern<TopicName>(TOPICS.validations.name, LEASEHOLD_TRANSPORT)
  async count(
    @Payload() { partition, events }: EventBatch<IncomingEvent>,
    @Ctx() { transaction }: BatchContext,
  ): Promise<void> {
    const batches = events.flatMap((event): ValidationBatch[] =>
      isEvent(event, EVENTS.validationBatch) && event.data !== undefined ? [event.data] : [],
    );
    const counted = await countValidations(transaction, partition, batches, this.teller);
    this.metrics.counted(counted);
    if (counted.missing > 0) {
      this.logger.error({ partition, missing: counted.missing }, 'validations are missing: their numbers have a gap');
    }
  }
}
