import { type ConfigOf, defineConfig, setting } from '@leasehold/runtime';

/** Where webhooks may go, and how many at once. */
export const webhooksConfig = defineConfig({
  webhookAllowCidrs: setting.cidrs({
    env: 'LEASEHOLD_WEBHOOK_ALLOW_CIDRS',
    description: 'Private ranges that webhooks may reach, e.g. `10.0.0.0/8`; all others stay refused.',
  }),
  webhookAllowHttp: setting.boolean({
    env: 'LEASEHOLD_WEBHOOK_ALLOW_HTTP',
    default: false,
    description: 'Allows webhook endpoints with `http:` and with any port.',
  }),
  webhookTimeoutMs: setting.integer({
    env: 'LEASEHOLD_WEBHOOK_TIMEOUT_MS',
    default: 15_000,
    min: 1_000,
    max: 30_000,
    description: 'Longest time of one webhook, from the look-up of the name to the last byte of the answer.',
  }),
  webhookConcurrency: setting.integer({
    env: 'LEASEHOLD_WEBHOOK_CONCURRENCY',
    default: 128,
    min: 2,
    max: 4_096,
    description: 'Webhooks that a process has under way at once; at most half of them to endpoints that are failing.',
  }),
});
export type WebhooksConfig = ConfigOf<typeof webhooksConfig>;
