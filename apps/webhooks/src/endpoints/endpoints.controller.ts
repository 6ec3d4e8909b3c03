import { type RouteInput, type WebhookEndpointBody, webhookRoutes } from '@leasehold/contracts';
import {
  type Caller,
  CallerOf,
  type IdempotencyEntry,
  IdempotencyOf,
  Input,
  ProblemError,
  Route,
  SERVICE_CONTEXT,
  type ServiceContext,
  tenantOf,
} from '@leasehold/runtime';
import { Controller, Inject } from '@nestjs/common';
import { checkUrl, type UrlPolicy } from '../addresses/check-url.js';
import { URL_POLICY } from '../addresses/url-policy.js';
import { ENDPOINT_SECRETS, type EndpointSecrets } from '../secrets/endpoint-secrets.js';
import { Dispatcher } from '../sending/dispatcher.js';
import { changeEndpoint, deleteEndpoint, enableEndpoint } from './change-endpoint.js';
import { type CreatedEndpoint, createEndpoint } from './create-endpoint.js';
import { findEndpoint, listEndpoints } from './find-endpoint.js';
import { type ScheduledTest, testEndpoint } from './test-endpoint.js';

@Controller()
export class EndpointsController {
  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext<object>,
    @Inject(URL_POLICY) private readonly policy: UrlPolicy,
    @Inject(ENDPOINT_SECRETS) private readonly secrets: EndpointSecrets,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
  ) {}

  @Route(webhookRoutes.createEndpoint)
  create(
    @Input() { body }: RouteInput<typeof webhookRoutes.createEndpoint>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<CreatedEndpoint> {
    this.demandAllowed(body.url);
    return createEndpoint(
      { ...this.context, pool: this.context.database.pool, secrets: this.secrets },
      { url: body.url, eventTypes: body.eventTypes, tenantId: tenantOf(caller) },
      (created) => idempotency.rowFor(webhookRoutes.createEndpoint.answer.status, created),
    );
  }

  @Route(webhookRoutes.listEndpoints)
  list(
    @Input() { query }: RouteInput<typeof webhookRoutes.listEndpoints>,
    @CallerOf() caller: Caller,
  ): Promise<{ readonly data: WebhookEndpointBody[]; readonly nextCursor: string | null }> {
    return listEndpoints(this.context.database, { ...query, tenantId: tenantOf(caller) });
  }

  @Route(webhookRoutes.getEndpoint)
  async get(
    @Input() { params }: RouteInput<typeof webhookRoutes.getEndpoint>,
    @CallerOf() caller: Caller,
  ): Promise<WebhookEndpointBody> {
    return known(await findEndpoint(this.context.database, tenantOf(caller), params.endpointId));
  }

  @Route(webhookRoutes.updateEndpoint)
  async update(
    @Input() { params, body }: RouteInput<typeof webhookRoutes.updateEndpoint>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<WebhookEndpointBody> {
    if (body.url !== undefined) this.demandAllowed(body.url);
    const command = { ...params, ...body, tenantId: tenantOf(caller), now: this.context.clock.now() };
    const endpoint = known(
      await changeEndpoint(this.context.database.pool, command, (answer) =>
        idempotency.rowFor(webhookRoutes.updateEndpoint.answer.status, answer),
      ),
    );
    this.dispatcher.wake();
    return endpoint;
  }

  @Route(webhookRoutes.deleteEndpoint)
  async delete(
    @Input() { params }: RouteInput<typeof webhookRoutes.deleteEndpoint>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<void> {
    const own = { ...params, tenantId: tenantOf(caller) };
    const deleted = await deleteEndpoint(this.context.database.pool, own, (answer) =>
      idempotency.rowFor(webhookRoutes.deleteEndpoint.answer.status, answer),
    );
    if (!deleted) throw new ProblemError('webhook_endpoint.not_found');
  }

  @Route(webhookRoutes.testEndpoint)
  async test(
    @Input() { params }: RouteInput<typeof webhookRoutes.testEndpoint>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<ScheduledTest> {
    const scheduled = await testEndpoint(
      { ...this.context, pool: this.context.database.pool },
      { ...params, tenantId: tenantOf(caller) },
      (answer) => idempotency.rowFor(webhookRoutes.testEndpoint.answer.status, answer),
    );
    this.dispatcher.wake();
    return known(scheduled);
  }

  @Route(webhookRoutes.enableEndpoint)
  async enable(
    @Input() { params }: RouteInput<typeof webhookRoutes.enableEndpoint>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<WebhookEndpointBody> {
    const own = { ...params, tenantId: tenantOf(caller) };
    const enabled = await enableEndpoint(this.context.database.pool, own, this.context.clock.now(), (answer) =>
      idempotency.rowFor(webhookRoutes.enableEndpoint.answer.status, answer),
    );
    if (enabled === undefined) {
      known(await findEndpoint(this.context.database, own.tenantId, own.endpointId));
      throw new ProblemError('webhook_endpoint.not_disabled');
    }
    this.dispatcher.wake();
    return enabled;
  }

  private demandAllowed(url: string): void {
    const checked = checkUrl(url, this.policy);
    if ('url' in checked) return;
    throw new ProblemError('webhook_endpoint.url_refused', {
      detail: checked.refused,
      errors: [{ pointer: '/url', message: checked.refused }],
    });
  }
}

const known = <Found>(found: Found | undefined): Found => {
  if (found === undefined) throw new ProblemError('webhook_endpoint.not_found');
  return found;
};
