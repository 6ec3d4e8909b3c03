import { publishOutbox } from '@leasehold/messaging';
import { type HealthChecks, type Loop, newEventId, runEvery, type ServiceContext } from '@leasehold/runtime';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { WebhooksConfig } from '../config.js';
import { forgetOldEvents } from '../deliveries/forget-old-events.js';
import { attemptDelivery, type AttemptParts } from './attempt-delivery.js';
import { claimDeliveries, type ClaimedDelivery, renewLeases } from './claim-deliveries.js';
import { finishDelivery, type Finish, postponeDelivery } from './finish-delivery.js';
import { persist } from './persist.js';
import type { SendingMetrics } from './sending-metrics.js';

const POLL_MS = 250;
/** After a handler returned, its transaction is still to be committed. */
const AFTER_INTAKE_MS = 10;
const LEASE_MS = 8_000;
const RENEW_MS = 2_000;
const OUTBOX_MS = 1_000;
const CLEAN_UP_MS = 3_600_000;
const OWN_FAULT_PAUSE_MS = 30_000;
/** A process that is told to end has fifteen seconds in all. */
const DRAIN_MS = 4_000;
const STALLED_MS = 60_000;
const PER_ENDPOINT = 5;
/** An endpoint whose last attempt failed is tried with one at a time. */
const PER_FAILING_ENDPOINT = 1;

export interface DispatcherParts extends AttemptParts {
  readonly metrics: SendingMetrics;
  readonly health: HealthChecks;
}

/** Sends what is due for as long as the service runs; any number of processes share the work. */
export class Dispatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #context: ServiceContext<WebhooksConfig>;
  readonly #parts: DispatcherParts;
  readonly #underWay = new Map<Promise<void>, ClaimedDelivery>();
  readonly #loops: Loop[] = [];
  #claiming: Loop | undefined;
  #telling: Loop | undefined;
  #lastLookAt = 0;
  #isAborted = false;

  constructor(context: ServiceContext<WebhooksConfig>, parts: DispatcherParts) {
    this.#context = context;
    this.#parts = parts;
  }

  onApplicationBootstrap(): void {
    const { logger, database, log, clock } = this.#context;
    const { pool } = database;
    const { metrics, health, monotonic } = this.#parts;
    metrics.watch(pool, () => this.#underWay.size);
    this.#lastLookAt = monotonic();
    this.#claiming = runEvery({ intervalMs: POLL_MS, run: () => this.#claim(), logger });
    this.#telling = runEvery({
      intervalMs: OUTBOX_MS,
      run: async () => {
        await publishOutbox(pool, log);
      },
      logger,
    });
    this.#loops.push(
      runEvery({ intervalMs: RENEW_MS, run: () => this.#renew(), logger }),
      runEvery({ intervalMs: CLEAN_UP_MS, run: () => forgetOldEvents(pool, clock.now()), logger }),
    );
    health.register('deliveries', () => {
      if (monotonic() - this.#lastLookAt > STALLED_MS) throw new Error('no look for due deliveries for a minute');
    });
  }

  /** Looks for due deliveries at once: to be called when some have been committed. */
  wake(): void {
    this.#claiming?.kick();
  }

  /** Looks for due deliveries in a moment: to be called when some are about to be committed. */
  wakeSoon(): void {
    setTimeout(() => this.wake(), AFTER_INTAKE_MS).unref();
  }

  /** Lets what is under way end for a moment, then gives it back: it is sent again under the same id. */
  async onApplicationShutdown(): Promise<void> {
    const { client } = this.#parts;
    await this.#claiming?.close();
    const timer = setTimeout(() => {
      this.#isAborted = true;
      client.abort();
    }, DRAIN_MS);
    await Promise.all(this.#underWay.keys());
    clearTimeout(timer);
    for (const loop of this.#loops) await loop.close();
    // once more, so that the last outcomes are told
    this.#telling?.kick();
    await this.#telling?.close();
    await client.close();
  }

  async #claim(): Promise<void> {
    const slots = this.#context.config.webhookConcurrency;
    await this.#claimOf(false, slots - this.#underWay.size, PER_ENDPOINT);
    const failing = [...this.#underWay.values()].filter((delivery) => delivery.failing).length;
    const free = Math.min(slots - this.#underWay.size, Math.floor(slots / 2) - failing);
    await this.#claimOf(true, free, PER_FAILING_ENDPOINT);
    this.#lastLookAt = this.#parts.monotonic();
  }

  async #claimOf(failing: boolean, limit: number, perEndpoint: number): Promise<void> {
    const { clock, random, database } = this.#context;
    const now = clock.now();
    const claimed = await claimDeliveries(database.pool, {
      claimId: newEventId(clock, random),
      now,
      leaseUntil: now + LEASE_MS,
      failing,
      limit,
      perEndpoint,
    });
    for (const delivery of claimed) this.#start(delivery);
  }

  #start(delivery: ClaimedDelivery): void {
    const ended = this.#deliver(delivery).finally(() => {
      this.#underWay.delete(ended);
      this.wake();
    });
    this.#underWay.set(ended, delivery);
  }

  /** Never rejects. */
  async #deliver(delivery: ClaimedDelivery): Promise<void> {
    const { logger } = this.#context;
    try {
      const finish = await this.#attempt(delivery);
      if (finish === 'written') this.#telling?.kick();
      else this.#parts.metrics.lost();
    } catch (error) {
      // the lease runs out and it is sent again, under the same id
      logger.error({ err: error, deliveryId: delivery.id }, 'what came of a delivery could not be written');
    }
  }

  async #attempt(delivery: ClaimedDelivery): Promise<Finish> {
    const { database } = this.#context;
    const attempted = await attemptDelivery(this.#parts, delivery);
    if ('ownFault' in attempted) return this.#putOff(delivery, attempted.ownFault);
    const { finished } = attempted;
    this.#parts.metrics.attempted(finished.error ?? 'succeeded', finished.durationMs);
    return persist(() => finishDelivery(database.pool, finished, this.#context));
  }

  /** Does as if it had not been tried. */
  #putOff(delivery: ClaimedDelivery, cause: unknown): Promise<Finish> {
    const { database, clock, logger } = this.#context;
    let dueAt = clock.now();
    if (!this.#isAborted) {
      dueAt += OWN_FAULT_PAUSE_MS;
      this.#parts.metrics.ownFault();
      logger.error({ err: cause, deliveryId: delivery.id }, 'a delivery could not be tried');
    }
    return persist(() => postponeDelivery(database.pool, delivery, dueAt));
  }

  async #renew(): Promise<void> {
    const claims = new Set([...this.#underWay.values()].map(({ claimId }) => claimId));
    if (claims.size === 0) return;
    const { database, clock } = this.#context;
    await renewLeases(database.pool, [...claims], clock.now() + LEASE_MS);
  }
}
