import { randomUUID } from 'node:crypto';
import { createEventStore, type EventStore } from '@leasehold/event-store';
import { issuance } from '@leasehold/issuance';
import type { EventLog } from '@leasehold/messaging';
import { LOG_SCHEMA, migrateAll, openDatabase, schemaOf } from '@leasehold/runtime';
import type { Effort } from '../figure.js';
import { openSite, silent } from '../site/site.js';

type Pool = Awaited<ReturnType<typeof openDatabase>>['pool'];

/** The event store of issuance on its own schema, PostgreSQL alone on the core of what is measured. */
export interface StoreStage {
  readonly pool: Pool;
  readonly schema: string;
  readonly store: EventStore;
  /** Runs a statement as the owner of the database. */
  readonly asOwner: (text: string) => Promise<void>;
  openLog(): Promise<EventLog>;
  close(): Promise<void>;
}

export async function openStoreStage(effort: Effort): Promise<StoreStage> {
  const site = await openSite(effort, effort.cores.server);
  try {
    await migrateAll([issuance, LOG_SCHEMA], () => site.databaseUrl, silent);
    const schema = schemaOf('issuance');
    const open = (role: string): ReturnType<typeof openDatabase> =>
      openDatabase({
        ...{ url: site.databaseUrl, schema, role, entities: [], migrations: issuance.migrations, logger: silent },
        poolSize: 40,
      });
    const database = await open(schema);
    return {
      pool: database.pool,
      schema,
      store: createEventStore({ pool: database.pool, schema }),
      async asOwner(text) {
        const owner = await open('postgres');
        await owner.pool.query(text).finally(() => owner.close());
      },
      openLog: async () => {
        const log = await site.openLog();
        await log.createTopics([...FACTS]);
        return log;
      },
      async close() {
        await database.close();
        await site.close();
      },
    };
  } catch (error) {
    await site.close();
    throw error;
  }
}

/** Where P7's relay publishes. */
export const FACTS = [{ name: 'bench-facts', partitions: 3, cleanup: 'delete', retentionMs: null }] as const;

/** About what issuing a license stores. */
export const DATA = {
  change: { at: 1_750_000_000_000, plan: 'professional', durationDays: 365 },
  state: {
    productId: 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb',
    planId: 'plan_01jd3mzk4qf8x2v6n0c7r5t9wb',
    features: ['analytics', 'export'],
    limits: { apiCalls: 50_000, seats: 10 },
    bindings: [{ domain: 'site.example.com', kind: 'exact', www: true, environment: 'production' }],
    startsAt: 1_750_000_000_000,
    expiresAt: 1_781_536_000_000,
    graceDays: 7,
  },
};

export const METADATA = { actor: { type: 'api_key', id: 'key_01jd3mzk4qf8x2v6n0c7r5t9wb' }, correlationId: 'bench' };

export const newEvent = (): Parameters<EventStore['append']>[0]['events'][number] => ({
  id: randomUUID(),
  type: 'LicenseIssued',
  schemaVersion: 1,
  data: DATA,
  occurredAt: new Date(),
});

/** Appends in a loop, one event at a time to a stream of its own; a new stream after four. Answers how many were stored. */
export async function keepAppending(store: EventStore, tenantId: string, until: number): Promise<number> {
  let stored = 0;
  while (performance.now() < until) {
    const streamId = randomUUID();
    for (let version = 0; version < 4; version++) {
      const result = await store.append({
        streamId,
        expectedVersion: version,
        tenantId,
        metadata: METADATA,
        events: [newEvent()],
      });
      if (!result.appended) throw new Error('nobody else writes to this stream');
      stored++;
    }
  }
  return stored;
}

/** So many loops at once. */
export async function appendAtOnce(store: EventStore, inFlight: number, durationMs: number): Promise<number> {
  const until = performance.now() + durationMs;
  const counts = await Promise.all(
    Array.from({ length: inFlight }, (_none, number) => keepAppending(store, `ten_${number % 16}`, until)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
