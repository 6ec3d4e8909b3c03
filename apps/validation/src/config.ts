import { type ConfigOf, defineConfig, setting } from '@leasehold/runtime';

/** Rates of callers whose API key has none of its own. */
const rate = (name: 'SECRET' | 'PUBLISHABLE' | 'ANONYMOUS', of: string, perSecond: number) => ({
  perSecond: setting.integer({
    env: `LEASEHOLD_RATE_${name}_PER_SECOND`,
    default: perSecond,
    min: 1,
    description: `Validations a second that ${of} may ask for.`,
  }),
  burst: setting.integer({
    env: `LEASEHOLD_RATE_${name}_BURST`,
    default: 2 * perSecond,
    min: 1,
    description: `Validations that ${of} may ask for at once.`,
  }),
});
const secret = rate('SECRET', 'a secret key', 1_000);
const publishable = rate('PUBLISHABLE', 'a publishable key', 200);
const anonymous = rate('ANONYMOUS', 'a client without a key, for one license,', 20);

export const validationConfig = defineConfig({
  secretPerSecond: secret.perSecond,
  secretBurst: secret.burst,
  publishablePerSecond: publishable.perSecond,
  publishableBurst: publishable.burst,
  anonymousPerSecond: anonymous.perSecond,
  anonymousBurst: anonymous.burst,
  replicas: setting.integer({
    env: 'LEASEHOLD_VALIDATION_REPLICAS',
    default: 1,
    min: 1,
    max: 10_000,
    description: 'Validators that share the load; each allows its part of every rate.',
  }),
  heldRequests: setting.integer({
    env: 'LEASEHOLD_HELD_REQUESTS',
    default: 10_000,
    min: 10,
    max: 1_000_000,
    description: 'Most requests over their rate that are held at a time; one caller has at most a tenth of them.',
  }),
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
