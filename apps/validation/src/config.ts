import { type ConfigOf, defineConfig, setting } from '@leasehold/runtime';

export const validationConfig = defineConfig({
  staleAfterSeconds: setting.integer({
    env: 'LEASEHOLD_STALE_AFTER_SECONDS',
    default: 60,
    min: 1,
    max: 86_400,
    description: 'Time without word from the event log after which answers carry the warning stale_state.',
  }),
  usageFlushMs: setting.integer({
    env: 'LEASEHOLD_USAGE_FLUSH_MS',
    default: 25,
    min: 1,
    max: 500,
    description: 'Longest time that validations are gathered before they are told to the event log together.',
  }),
  usageRingCapacity: setting.integer({
    env: 'LEASEHOLD_USAGE_RING_CAPACITY',
    default: 100_000,
    min: 1_000,
    max: 10_000_000,
    description: 'Most validations held in memory until the event log or the spill file has taken them.',
  }),
  earlierPublicUrls: setting.list({
    env: 'LEASEHOLD_EARLIER_PUBLIC_URLS',
    description: 'Public URLs of former times; license tokens that were issued under them stay good.',
  }),
});

export type ValidationConfig = ConfigOf<typeof validationConfig>;
