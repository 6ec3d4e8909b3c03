import {
  type IncomingEvent,
  type LicenseEventData,
  licenseEventName,
  type TopicName,
  TOPICS,
} from '@leasehold/contracts';
import { type BatchContext, type EventBatch, EventConsumer, LEASEHOLD_TRANSPORT } from '@leasehold/messaging';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { rememberLicenses } from '../licenses/known-licenses.js';

/** Facts of licenses, for whose they are. */
@EventConsumer()
export class LicensesConsumer {
  @EventPattern<TopicName>(TOPICS.licenses.name, LEASEHOLD_TRANSPORT)
  remember(@Payload() { events }: EventBatch<IncomingEvent>, @Ctx() { transaction }: BatchContext): Promise<void> {
    return rememberLicenses(
      transaction,
      events.filter(isLicenseEvent).map(({ data }) => data.license),
    );
  }
}

const isLicenseEvent = (event: IncomingEvent): event is IncomingEvent & { readonly data: LicenseEventData } =>
  licenseEventName(event.type) !== undefined && event.data !== undefined;
