import { hostname } from 'node:os';
import type { IncomingMessage } from 'node:http';
import { type LicenseState, TOPICS, type UsageBalance } from '@leasehold/contracts';
import type { Follower } from '@leasehold/messaging';
import {
  type AccountTable,
  type HealthChecks,
  newEventId,
  nextRequestId,
  type ServiceContext,
} from '@leasehold/runtime';
import { deriveServiceKey, localKeyEncryptionKey } from '@leasehold/tokens';
import { createApiCalls } from './balances/api-calls.js';
import type { ValidationConfig } from './config.js';
import { createIdentifyCaller } from './hot-route/callers.js';
import { createClientAddress } from './hot-route/client-address.js';
import { createClientNames } from './hot-route/client-names.js';
import { HotRoute } from './hot-route/hot-route.js';
import { KeySets } from './key-sets/key-sets.js';
import { LateBindings } from './late-binding/late-bindings.js';
import { followLicenses } from './license-table/follow-licenses.js';
import { createLicenseTable } from './license-table/license-table.js';
import { createWaitForEnd } from './license-table/wait-for-end.js';
import { ValidationMetrics } from './metrics/validation-metrics.js';
import { RateLimiter, type RateLimiterOptions } from './rates/rate-limiter.js';
import { createEntropy } from './receipts/entropy.js';
import { ReceiptDesk } from './receipts/receipt-desk.js';
import { ReceiptKeys } from './receipts/receipt-keys.js';
import { UsageDelivery } from './usage-ring/usage-delivery.js';
import { createUsageRecorder } from './usage-ring/usage-recorder.js';
import { createUsageRing } from './usage-ring/usage-ring.js';
import { createFindLicense } from './verdicts/find-license.js';
import { createLicenseTokenReader } from './verdicts/license-tokens.js';
import { createTimeText } from './verdicts/time-text.js';
import { createValidator, type Validator } from './verdicts/validator.js';

const LOOK_AT_AGE_MS = 250;

/** Everything that lives as long as the service, put together: tables and who fills them, the validator, what it tells. */
export class ValidationEngine {
  readonly keySets: KeySets;
  readonly validator: Validator;
  readonly desk: ReceiptDesk;
  readonly hotRoute: HotRoute;
  readonly limiter: RateLimiter;
  /** Name of the client that a request comes from. */
  readonly clientOf: (request: IncomingMessage) => string;
  readonly #context: ServiceContext<ValidationConfig>;
  readonly #table = createLicenseTable();
  readonly #receiptKeys: ReceiptKeys;
  readonly #apiCalls: ReturnType<typeof createApiCalls>;
  readonly #lateBindings: LateBindings;
  readonly #delivery: UsageDelivery;
  #licenses: Follower | undefined;
  #keys: Follower | undefined;
  #caughtUp = false;
  #stale = false;
  #ageTimer: NodeJS.Timeout | undefined;

  constructor(context: ServiceContext<ValidationConfig>, accounts: AccountTable, health: HealthChecks) {
    const { config, clock, random, log, logger, masterKey } = context;
    this.#context = context;
    const now = (): number => clock.now();
    const newId = (): string => newEventId(clock, random);
    const salt = createEntropy(random);
    const boot = newId();
    const kek = localKeyEncryptionKey(deriveServiceKey(masterKey, 'validation'), random);
    const addressOf = createClientAddress(config.trustedProxies);
    const nameOf = createClientNames(deriveServiceKey(masterKey, 'validation/clients'));
    const ring = createUsageRing(TOPICS.validations.partitions, config.usageRingCapacity);

    this.keySets = new KeySets(accounts);
    this.#receiptKeys = new ReceiptKeys(accounts, kek, logger);
    this.#apiCalls = createApiCalls(boot);
    this.#lateBindings = new LateBindings({ log, newId, logger });
    this.#delivery = new UsageDelivery({
      ring,
      log,
      dir: context.dataDir,
      teller: { instance: hostname(), boot },
      flushMs: config.usageFlushMs,
      newId,
      now,
      logger,
    });
    const metrics = new ValidationMetrics(context.metrics, {
      licenses: () => this.#table.size(),
      ringItems: () => ring.size(),
      lostItems: () => ring.lost(),
      spilledBytes: () => this.#delivery.spilledBytes,
      heldRequests: () => this.limiter.held,
      staleSeconds: () => this.#ageMs() / 1_000,
    });
    this.desk = new ReceiptDesk({ signerNow: () => this.#receiptKeys.signerAt(now()), signed: metrics.signed });
    this.clientOf = ({ socket, headers }) => nameOf(addressOf(socket.remoteAddress, headers['x-forwarded-for']));
    const readToken = createLicenseTokenReader(this.keySets, [config.publicUrl, ...config.earlierPublicUrls]);
    this.validator = createValidator({
      find: createFindLicense(
        this.#table,
        readToken,
        createWaitForEnd(() => this.#licenses),
      ),
      apiCalls: this.#apiCalls,
      lateBindings: this.#lateBindings,
      recorder: createUsageRecorder({
        ring,
        apiCalls: this.#apiCalls,
        notice: () => this.#delivery.notice(),
        count: metrics.verdict,
      }),
      isStale: () => this.#stale,
      pen: { issuer: JSON.stringify(config.publicUrl), salt, timeText: createTimeText() },
    });
    this.limiter = new RateLimiter(limitsOf(config));
    this.hotRoute = new HotRoute({
      validator: this.validator,
      limiter: this.limiter,
      identify: createIdentifyCaller(accounts),
      clientOf: this.clientOf,
      awaitReceipt: (answer) => this.desk.add(answer),
      isReady: () => this.isReady(),
      publicUrl: config.publicUrl,
      now,
      requestIdOf: nextRequestId,
      answered: metrics.answered,
      failed: (error) => logger.error({ err: error }, 'a validation failed'),
    });
    health.register('license-table', () => {
      if (!this.#caughtUp) throw new Error('the table has not caught up with the log yet');
    });
    health.register('receipt-key', () => {
      if (this.#receiptKeys.signerAt(now()) === undefined) throw new Error('no key signs receipts yet');
    });
  }

  /** Whether an answer would be true: everything that was there at the start is in the table. It stays so. */
  isReady(): boolean {
    return this.#caughtUp;
  }

  async onModuleInit(): Promise<void> {
    const { log, logger } = this.#context;
    this.#keys = await this.#receiptKeys.follow(log);
    const license = (state: LicenseState): void => {
      if (this.#table.apply(state)) this.#lateBindings.changed(state);
    };
    const balance = (told: UsageBalance): void => this.#apiCalls.settle(told);
    this.#licenses = await followLicenses(log, { license, balance }, logger);
    void this.#licenses.caughtUp.then(
      () => (this.#caughtUp = true),
      () => undefined,
    );
    this.#delivery.start();
    this.#ageTimer = setInterval(() => this.#lookAtAge(), LOOK_AT_AGE_MS).unref();
  }

  /** After the last request: nothing that was counted is left in memory. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#ageTimer);
    await Promise.all([this.#licenses?.close(), this.#keys?.close()]);
    await Promise.all([this.#delivery.close(), this.#lateBindings.close()]);
  }

  #ageMs(): number {
    return this.#licenses === undefined ? 0 : Math.max(0, this.#context.clock.now() - this.#licenses.lastProgressAt());
  }

  #lookAtAge(): void {
    this.#stale = this.#ageMs() > this.#context.config.staleAfterSeconds * 1_000;
  }
}

const limitsOf = (config: ValidationConfig): RateLimiterOptions => ({
  secret: { perSecond: config.secretPerSecond, burst: config.secretBurst },
  publishable: { perSecond: config.publishablePerSecond, burst: config.publishableBurst },
  anonymous: { perSecond: config.anonymousPerSecond, burst: config.anonymousBurst },
  replicas: config.replicas,
  slots: config.heldRequests,
});
