import { type RouteInput, type WebhookDeliveryBody, webhookRoutes } from '@leasehold/contracts';
import {
  type Caller,
  CallerOf,
  CLOCK,
  type Clock,
  DATABASE,
  type Database,
  type IdempotencyEntry,
  IdempotencyOf,
  Input,
  type Page,
  ProblemError,
  Route,
  tenantOf,
} from '@leasehold/runtime';
import { Controller, Inject } from '@nestjs/common';
import { findEndpoint } from '../endpoints/find-endpoint.js';
import { Dispatcher } from '../sending/dispatcher.js';
import { listDeliveries } from './list-deliveries.js';
import { resendDelivery } from './resend-delivery.js';

@Controller()
export class DeliveriesController {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
  ) {}

  @Route(webhookRoutes.listDeliveries)
  async list(
    @Input() { query }: RouteInput<typeof webhookRoutes.listDeliveries>,
    @CallerOf() caller: Caller,
  ): Promise<Page<WebhookDeliveryBody>> {
    const tenantId = tenantOf(caller);
    if (query.endpointId !== undefined) {
      const endpoint = await findEndpoint(this.database, tenantId, query.endpointId);
      if (endpoint === undefined) throw new ProblemError('webhook_endpoint.not_found');
    }
    return listDeliveries(this.database.pool, { ...query, tenantId });
  }

  @Route(webhookRoutes.resendDelivery)
  async resend(
    @Input() { params }: RouteInput<typeof webhookRoutes.resendDelivery>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<WebhookDeliveryBody> {
    const command = { ...params, tenantId: tenantOf(caller), now: this.clock.now() };
    const delivery = await resendDelivery(this.database.pool, command, (answer) =>
      idempotency.rowFor(webhookRoutes.resendDelivery.answer.status, answer),
    );
    if (delivery === undefined) throw new ProblemError('webhook_delivery.not_found');
    this.dispatcher.wake();
    return delivery;
  }
}
