import { afterEach, beforeEach } from '@jest/globals';
import {
  createRelay,
  firstBrokenSeal,
  ORIGIN,
  type EventStore,
  type Relay,
  type RelayOptions,
  type Seal,
} from '../src/index.js';
import { createRelayLog, toRecords, type RelayLog } from './relay-log.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export interface Relays {
  database: TestDatabase;
  store: EventStore;
  log: RelayLog;
  /** Named `relay-0`, `relay-1`, …; closed after the test. */
  startRelay(more?: Partial<RelayOptions>): Relay;
  checkpoint(): Promise<{ position: number; fence: number; holder: string | undefined }>;
  /** Whether the checkpoint stands at the position. */
  reached(position: number): () => Promise<boolean>;
  sealsOf(tenantId: string): Promise<Seal[]>;
  /** The number of the tenant's first broken seal. */
  brokenSeal(tenantId: string): Promise<number | undefined>;
  /** Lets the next relay that asks have the lease, as if its holder had been silent for long. */
  expireLease(): Promise<void>;
}

/** A fresh store, log and relays for each test of the calling file. */
export function useRelays(): Relays {
  const started: Relay[] = [];
  const relays = {
    startRelay(more = {}) {
      const { database, store, log } = relays;
      const instance = `relay-${started.length}`;
      const relay = createRelay({ pool: database.app, store, log, toRecords, instance, maxBackoffMs: 10, ...more });
      started.push(relay);
      return relay;
    },
    async checkpoint() {
      const { rows } = await relays.database.owner.query<{ position: string; fence: string; holder: string }>(
        'select position, fence, holder from store.relay_checkpoint',
      );
      const [row] = rows;
      return { position: Number(row?.position), fence: Number(row?.fence), holder: row?.holder };
    },
    reached: (position) => async () => (await relays.checkpoint()).position === position,
    async sealsOf(tenantId) {
      const { rows } = await relays.database.owner.query<{ n: string; epoch: number; position: string; hash: Buffer }>(
        'select n, epoch, position, hash from store.event_seal where tenant_id = $1 order by n',
        [tenantId],
      );
      return rows.map((row) => ({ ...row, tenantId, n: Number(row.n), position: Number(row.position) }));
    },
    async brokenSeal(tenantId) {
      const { rows } = await relays.store.readRows(ORIGIN, 10_000);
      return firstBrokenSeal(
        rows.filter((row) => row.tenantId === tenantId),
        await relays.sealsOf(tenantId),
      );
    },
    async expireLease() {
      await relays.database.owner.query(`update store.relay_checkpoint set lease_until = '-infinity'`);
    },
  } as Relays; // the rest is there before each test

  beforeEach(async () => {
    relays.database = await createTestDatabase();
    relays.store = relays.database.store();
    relays.log = createRelayLog();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((relay) => relay.close()));
    await relays.database.drop();
  });
  return relays;
}
