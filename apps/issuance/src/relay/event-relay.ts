import { createRelay, type EventStore, type Relay } from '@leasehold/event-store';
import { type HealthChecks, newEventId, type ServiceContext } from '@leasehold/runtime';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { relayMetrics } from './relay-metrics.js';
import { toRecords } from './to-records.js';

/** So long nothing is published after the process that did was killed. */
const LEASE_MS = 2_000;

/** Publishes what is committed for as long as the service runs; of several processes one at a time does. */
export class EventRelay implements OnApplicationBootstrap, OnApplicationShutdown {
  #relay: Relay | undefined;
  #closing = false;

  constructor(
    private readonly store: EventStore,
    private readonly context: ServiceContext<object>,
    private readonly health: HealthChecks,
  ) {}

  onApplicationBootstrap(): void {
    const { database, log, clock, random, logger, metrics } = this.context;
    const observed = relayMetrics(metrics, database.pool);
    this.#relay = createRelay({
      pool: database.pool,
      store: this.store,
      log,
      toRecords,
      instance: newEventId(clock, random),
      leaseMs: LEASE_MS,
      now: () => clock.now(),
      hooks: {
        onLag: observed.lag,
        onPublished: observed.published,
        onRetry: (error, delayMs) => {
          observed.retried();
          logger.warn({ err: error, delayMs }, 'events could not be published and are tried again');
        },
        onAlarm: (error) =>
          logger.fatal({ err: error }, 'the relay has stopped: an event is missing, or cannot be told'),
      },
    });
    // a log that cannot be reached is no reason to refuse commands; a relay that has given up needs somebody to look, and
    // as long as it may be that none publishes, what is issued here would be known nowhere else
    this.health.register('relay', () => {
      const state = this.#relay?.state();
      if (state === 'stopped' && !this.#closing) throw new Error('the relay has stopped');
      if (state === 'joining') throw new Error('the lease of a relay that may be dead has not run out');
    });
  }

  /** After the last request: what was acknowledged is on the log before the process ends, if the log can be reached. */
  async onApplicationShutdown(): Promise<void> {
    this.#closing = true;
    await this.store.drained();
    await this.#relay?.close();
  }
}
