import { webhookRoutes } from '@leasehold/contracts';
import { defineService, HealthChecks, type ServiceContext } from '@leasehold/runtime';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { URL_POLICY, urlPolicyOf } from './addresses/url-policy.js';
import { type WebhooksConfig, webhooksConfig } from './config.js';
import { ConsumeAnomalies } from './consume/consume-anomalies.js';
import { ConsumeLicenses } from './consume/consume-licenses.js';
import { ConsumeUsage } from './consume/consume-usage.js';
import { WebhookIntake } from './consume/webhook-intake.js';
import { ENTITIES } from './database/entities.js';
import { MIGRATIONS } from './database/migrations/migrations.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { EndpointsController } from './endpoints/endpoints.controller.js';
import { createEndpointSecrets, ENDPOINT_SECRETS } from './secrets/endpoint-secrets.js';
import { Dispatcher } from './sending/dispatcher.js';
import { createWebhookClient } from './sending/post-webhook.js';
import { sendingMetrics } from './sending/sending-metrics.js';

@Module({})
class WebhooksModule {}

/** The service that tells subscribers what happened: signed, at least once, and to nowhere it must not reach. */
export const webhooks = defineService<WebhooksConfig>({
  name: 'webhooks',
  config: webhooksConfig,
  routes: Object.values(webhookRoutes),
  migrations: MIGRATIONS,
  entities: ENTITIES,
  module: (context): DynamicModule => ({
    module: WebhooksModule,
    controllers: [EndpointsController, DeliveriesController, ConsumeLicenses, ConsumeUsage, ConsumeAnomalies],
    providers: providersOf(context),
  }),
});

function providersOf(context: ServiceContext<WebhooksConfig>): Provider[] {
  const { config, clock, random, masterKey } = context;
  const policy = urlPolicyOf(config);
  const secrets = createEndpointSecrets(masterKey, random);
  const client = createWebhookClient({
    policy,
    timeoutMs: config.webhookTimeoutMs,
    connections: config.webhookConcurrency,
  });
  const monotonic = () => performance.now();
  const metrics = sendingMetrics(context.metrics);
  return [
    { provide: URL_POLICY, useValue: policy },
    { provide: ENDPOINT_SECRETS, useValue: secrets },
    {
      provide: Dispatcher,
      inject: [HealthChecks],
      useFactory: (health: HealthChecks) =>
        new Dispatcher(context, { client, secrets, clock, random, monotonic, metrics, health }),
    },
    {
      provide: WebhookIntake,
      inject: [Dispatcher],
      useFactory: (dispatcher: Dispatcher) => new WebhookIntake({ clock, random }, () => dispatcher.wakeSoon()),
    },
  ];
}
