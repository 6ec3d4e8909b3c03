import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createRelay,
  firstBrokenSeal,
  ORIGIN,
  type EventStore,
  type Relay,
  type RelayOptions,
  type Seal,
} from '../src/index.js';
import { append } from './events.js';
import { createRelayLog, toRecords, until, type RelayLog } from './relay-log.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let database: TestDatabase;
let store: EventStore;
let log: RelayLog;
let relays: Relay[];

beforeEach(async () => {
  database = await createTestDatabase();
  store = database.store();
  log = createRelayLog();
  relays = [];
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.close()));
  await database.drop();
});

function startRelay(more: Partial<RelayOptions> = {}): Relay {
  const instance = `relay-${relays.length}`;
  const relay = createRelay({ pool: database.app, store, log, toRecords, instance, maxBackoffMs: 10, ...more });
  relays.push(relay);
  return relay;
}

async function checkpoint() {
  const { rows } = await database.owner.query<{ epoch: number; position: string; fence: string; holder: string }>(
    'select epoch, position, fence, holder from store.relay_checkpoint',
  );
  const [row] = rows;
  return { position: Number(row?.position), fence: Number(row?.fence), holder: row?.holder };
}
const reached = (position: number) => async () => (await checkpoint()).position === position;

async function sealsOf(tenantId: string): Promise<Seal[]> {
  const { rows } = await database.owner.query<{ n: string; epoch: number; position: string; hash: Buffer }>(
    'select n, epoch, position, hash from store.event_seal where tenant_id = $1 order by n',
    [tenantId],
  );
  return rows.map((row) => ({ ...row, tenantId, n: Number(row.n), position: Number(row.position) }));
}
async function brokenSeal(tenantId: string) {
  const { rows } = await store.readRows(ORIGIN, 10_000);
  return firstBrokenSeal(
    rows.filter((row) => row.tenantId === tenantId),
    await sealsOf(tenantId),
  );
}
const expireLease = () => database.owner.query(`update store.relay_checkpoint set lease_until = '-infinity'`);

describe('publishing', () => {
  it('brings facts and states in commit order and moves the checkpoint behind them', async () => {
    for (let n = 0; n < 12; n++) await store.append(append(`s-${n % 3}`, Math.floor(n / 3)));
    startRelay({ batchSize: 5 });
    await until(reached(12));
    expect(log.facts()).toEqual(Array.from({ length: 12 }, (_, n) => `s-${n % 3}@${Math.floor(n / 3) + 1}`));
    expect(log.records.map(({ topic }) => topic)).toEqual(Array.from({ length: 12 }, () => ['facts', 'state']).flat());
  });

  it('is woken by a commit of its own store', async () => {
    const relay = startRelay({ pollMs: 1_000_000 });
    await until(() => relay.state() === 'leading');
    await store.append(append('kick-1', 0));
    await until(() => log.facts().length === 1);
    await store.append(append('kick-1', 1));
    await until(() => log.facts().length === 2);
  });

  it('finds by its poll what another process has appended', async () => {
    const relay = startRelay({ pollMs: 5 });
    await until(() => relay.state() === 'leading');
    await database.store().append(append('other-1', 0));
    await until(() => log.facts().length === 1);
  });

  it('passes over events that make no record', async () => {
    await store.append(append('silent-1', 0, { count: 3 }));
    startRelay({ toRecords: () => [] });
    await until(reached(3));
    expect(log.records).toEqual([]);
  });

  it('publishes all that is committed before it closes, and gives the lease back', async () => {
    const relay = startRelay({ batchSize: 10, checkpointMs: 1_000_000 });
    await Promise.all(Array.from({ length: 95 }, (_, n) => store.append(append(`last-${n}`, 0))));
    await store.drained();
    await relay.close();
    expect(log.facts()).toHaveLength(95);
    expect(await checkpoint()).toMatchObject({ position: 95 });
    expect(relay.state()).toBe('stopped');
    const next = startRelay({ leaseMs: 1_000_000 });
    await until(() => next.state() === 'leading');
  });

  it('measures how long events waited', async () => {
    const lags: number[] = [];
    let published = 0;
    const hooks = {
      onLag: (lagMs: number) => lags.push(lagMs),
      onPublished: (events: number) => (published += events),
    };
    await store.append(append('lag-1', 0, { count: 2 }));
    startRelay({ hooks, now: () => Date.parse('2026-01-01T00:00:00.250Z') });
    await until(() => published === 2);
    expect(lags).toEqual([250]);
  });
});

describe('a failed publication', () => {
  it('is tried again from the checkpoint, with growing delays; no event is skipped or reordered', async () => {
    const delays: number[] = [];
    const refuse = () => Promise.reject(new Error('log is down'));
    log.before.push(() => Promise.resolve(), refuse, refuse, refuse);
    for (let n = 0; n < 6; n++) await store.append(append(`f-${n % 2}`, Math.floor(n / 2)));
    startRelay({ batchSize: 2, maxBackoffMs: 250, hooks: { onRetry: (_, delayMs) => delays.push(delayMs) } });
    await until(reached(6));
    expect(delays).toEqual([100, 200, 250]);
    expect([...new Set(log.facts())]).toEqual(['f-0@1', 'f-1@1', 'f-0@2', 'f-1@2', 'f-0@3', 'f-1@3']);
    expect(await brokenSeal('tenant-1')).toBeUndefined();
  });

  it('that was durable in part is repeated as a whole', async () => {
    log.before.push(() => {
      void log.publish(toRecordsOf('p-1@1'));
      return Promise.reject(new Error('no answer'));
    });
    await store.append(append('p-1', 0, { count: 2 }));
    startRelay();
    await until(reached(2));
    expect(log.facts()).toEqual(['p-1@1', 'p-1@1', 'p-1@2']);
  });

  const toRecordsOf = (fact: string) => [
    { topic: 'facts', partition: 0, key: fact.slice(0, 3), headers: { ce_sequence: fact.slice(4) }, value: null },
  ];

  it('does not keep a relay from closing', async () => {
    log.before.push(...Array.from({ length: 100 }, () => () => Promise.reject(new Error('log is down'))));
    let retries = 0;
    await store.append(append('down-1', 0));
    const relay = startRelay({ maxBackoffMs: 1_000_000, hooks: { onRetry: () => retries++ } });
    await until(() => retries > 0);
    await relay.close();
    expect(await checkpoint()).toMatchObject({ position: 0 });
  });
});

describe('one relay at a time', () => {
  it('leads; another one takes over when it closes, and nothing is published twice', async () => {
    const [first, second] = [startRelay(), startRelay({ pollMs: 5, leaseMs: 2_000 })];
    await until(() => [first, second].some((relay) => relay.state() === 'leading'));
    const leader = first.state() === 'leading' ? first : second;
    const follower = leader === first ? second : first;
    await store.append(append('turn-1', 0));
    await until(reached(1));
    expect(follower.state()).toBe('following');
    await leader.close();
    await store.append(append('turn-1', 1));
    await until(() => follower.state() === 'leading');
    await until(reached(2));
    expect(log.facts()).toEqual(['turn-1@1', 'turn-1@2']);
  });

  it('is replaced when it dies between publication and checkpoint: published again, none skipped', async () => {
    const dying = startRelay({ checkpointMs: 1_000_000, leaseMs: 1_000_000 });
    await store.append(append('a-1', 0, { count: 3 }));
    await until(reached(3)); // the first move waits for nothing
    await store.append(append('a-1', 3, { count: 2 }));
    await until(() => log.facts().length === 5);
    expect(dying.checkpoint()).toEqual({ epoch: 1, position: 3 });

    await expireLease();
    const heir = startRelay();
    await until(reached(5));
    await store.append(append('a-1', 5));
    await until(reached(6));
    expect(heir.state()).toBe('leading');
    expect(log.facts().slice(5)).toEqual(expect.arrayContaining(['a-1@4', 'a-1@5', 'a-1@6']));
    const first = [...new Set(log.facts())];
    expect(first).toEqual([1, 2, 3, 4, 5, 6].map((version) => `a-1@${version}`));
    expect(await brokenSeal('tenant-1')).toBeUndefined();
    expect(await sealsOf('tenant-1')).toHaveLength(6);
  });

  it('cannot move the checkpoint or seal once another has taken over, however late it wakes', async () => {
    let wake = (): void => undefined;
    log.before.push(() => new Promise((resolve) => (wake = resolve)));
    await store.append(append('z-1', 0, { count: 2 }));
    const zombie = startRelay({ pollMs: 1_000_000, checkpointMs: 0 });
    await until(() => log.before.length === 0);
    const { fence } = await checkpoint();

    await expireLease();
    const heir = startRelay();
    await until(reached(2));
    await store.append(append('z-1', 2));
    await until(reached(3));
    const taken = await checkpoint();
    expect(taken).toMatchObject({ fence: fence + 1, holder: 'relay-1' });

    wake();
    await until(() => zombie.state() === 'following');
    expect(await checkpoint()).toEqual(taken);
    expect(heir.state()).toBe('leading');
    expect(await sealsOf('tenant-1')).toHaveLength(3);
    expect(await brokenSeal('tenant-1')).toBeUndefined();
  });

  it('goes on by itself after its connections were cut', async () => {
    const relay = startRelay();
    await store.append(append('cut-1', 0));
    await until(reached(1));
    await database.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
       and query not like '%terminate%'`,
    );
    await until(() =>
      store.append(append('cut-2', 0)).then(
        () => true,
        () => false,
      ),
    );
    await until(reached(2));
    expect(relay.state()).toBe('leading');
  });
});

describe('whatever fails', () => {
  it('every event is published, first in commit order, and sealed once', async () => {
    const EVENTS = 400;
    let publications = 0;
    const failing: RelayLog['publish'] = async (records) => {
      const nth = ++publications;
      if (nth % 7 === 0) await expireLease();
      if (nth % 3 === 0) throw new Error('log is down');
      if (nth % 5 === 0) await log.publish(records.slice(0, 1)); // durable in part, but not acknowledged
      if (nth % 5 === 0) throw new Error('no answer');
      await log.publish(records);
    };
    for (let n = 0; n < 3; n++) {
      startRelay({
        log: { publish: failing },
        batchSize: 10,
        pollMs: 2,
        leaseMs: 500,
        checkpointMs: n,
        maxBackoffMs: 1,
      });
    }
    await Promise.all(
      Array.from({ length: 20 }, async (_, stream) => {
        const tenantId = `t-${stream % 3}`;
        for (let version = 0; version < EVENTS / 20; version++) {
          await store.append(append(`s-${stream}`, version, { tenantId }));
        }
      }),
    );
    await until(reached(EVENTS));
    const { events } = await store.readAll(ORIGIN, EVENTS + 1);
    expect([...new Set(log.facts())]).toEqual(events.map(({ streamId, version }) => `${streamId}@${version}`));
    expect(log.facts().length).toBeGreaterThan(EVENTS);
    for (const tenantId of ['t-0', 't-1', 't-2']) {
      expect(await sealsOf(tenantId)).toHaveLength(events.filter((event) => event.tenantId === tenantId).length);
      expect(await brokenSeal(tenantId)).toBeUndefined();
    }
  }, 20_000);
});

describe('seals', () => {
  it('chain each tenant by itself, across batches and relays', async () => {
    const appendAll = async (round: number) => {
      for (const tenantId of ['t-1', 't-2', 't-3']) {
        await store.append(append(`${tenantId}-s`, round * 2, { tenantId, count: 2, data: { round } }));
      }
    };
    await appendAll(0);
    const first = startRelay({ batchSize: 2, checkpointMs: 0 });
    await until(reached(6));
    await first.close();
    await appendAll(1);
    startRelay({ batchSize: 4 });
    await until(reached(12));
    for (const tenantId of ['t-1', 't-2', 't-3']) {
      const seals = await sealsOf(tenantId);
      expect(seals.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
      expect(await brokenSeal(tenantId)).toBeUndefined();
    }
  });

  it.each([
    ['an edited event', `update store.events set data = '{"seats":9}' where version = 2`, 2],
    ['edited metadata', `update store.events set metadata = '{}' where version = 3`, 3],
    ['a moved time', `update store.events set occurred_at = occurred_at + interval '1 ms' where version = 1`, 1],
    ['an event moved to another tenant', `update store.events set tenant_id = 'x' where version = 4`, 4],
    ['an edited seal', `update store.event_seal set hash = sha256('x') where n = 2`, 2],
    ['a removed seal', `delete from store.event_seal where n = 2`, 2],
  ])('are broken by %s', async (_, tampering, n) => {
    await store.append(append('sealed-1', 0, { count: 4 }));
    startRelay();
    await until(reached(4));
    expect(await brokenSeal('tenant-1')).toBeUndefined();
    await database.owner.query(tampering);
    expect(await brokenSeal('tenant-1')).toBe(n);
  });

  it('are left out when asked', async () => {
    await store.append(append('unsealed-1', 0));
    startRelay({ sealing: false });
    await until(reached(1));
    expect(await sealsOf('tenant-1')).toEqual([]);
  });
});

describe('a broken invariant', () => {
  it('stops the relay for good and raises the alarm; nothing behind the gap is published', async () => {
    await store.append(append('gap-1', 0, { count: 3 }));
    await database.owner.query('delete from store.events where version = 2');
    const alarms: Error[] = [];
    const relay = startRelay({ batchSize: 1, hooks: { onAlarm: (error) => alarms.push(error) } });
    await until(() => relay.state() === 'stopped');
    expect(alarms).toMatchObject([
      { name: 'InvariantError', message: expect.stringContaining('position 3 follows 1') },
    ]);
    expect(log.facts()).toEqual(['gap-1@1']);
    expect(await checkpoint()).toMatchObject({ position: 1 });
  });

  it('between two batches is one too: a version that jumps', async () => {
    await store.append(append('jump-1', 0, { count: 2 }));
    await database.owner.query('update store.events set version = 3 where version = 2');
    const alarms: Error[] = [];
    startRelay({ batchSize: 1, hooks: { onAlarm: (error) => alarms.push(error) } });
    await until(() => alarms.length === 1);
    expect(alarms[0]?.message).toContain('version 3 of jump-1 follows 1');
  });
});
