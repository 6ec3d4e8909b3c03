import { EVENTS, type IncomingEvent, isEvent, type TopicName, TOPICS } from '@leasehold/contracts';
import { type EventBatch, EventConsumer, LEASEHOLD_TRANSPORT } from '@leasehold/messaging';
import { Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { LICENSE_CONTEXT, type LicenseContext } from '../licenses/license-context.js';
import { bindFirstDomain } from './bind-first-domain.js';

/** First-use bindings that validation asks for. The first request that arrives decides. */
@EventConsumer()
export class BindingRequestsConsumer {
  constructor(@Inject(LICENSE_CONTEXT) private readonly context: LicenseContext) {}

  @EventPattern<TopicName>(TOPICS.bindingRequests.name, LEASEHOLD_TRANSPORT)
  async bind(@Payload() { events }: EventBatch<IncomingEvent>): Promise<void> {
    for (const event of events) {
      if (!isEvent(event, EVENTS.bindingRequest) || event.data === undefined) continue;
      await bindFirstDomain(this.context, event.data, this.context.writePath.clock.now());
    }
  }
}
