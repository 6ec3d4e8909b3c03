import { describe, expect, it } from '@jest/globals';
import { append } from './events.js';
import { until } from './relay-log.js';
import { useRelays } from './use-relays.js';

const relays = useRelays();

describe('publishing', () => {
  it('brings facts and states in commit order and moves the checkpoint behind them', async () => {
    for (let n = 0; n < 12; n++) await relays.store.append(append(`s-${n % 3}`, Math.floor(n / 3)));
    relays.startRelay({ batchSize: 5 });
    await until(relays.reached(12));
    expect(relays.log.facts()).toEqual(Array.from({ length: 12 }, (_, n) => `s-${n % 3}@${Math.floor(n / 3) + 1}`));
    expect(relays.log.records.map(({ topic }) => topic)).toEqual(
      Array.from({ length: 12 }, () => ['facts', 'state']).flat(),
    );
  });

  it('is woken by a commit of its own store', async () => {
    const relay = relays.startRelay({ pollMs: 1_000_000 });
    await until(() => relay.state() === 'leading');
    await relays.store.append(append('kick-1', 0));
    await until(() => relays.log.facts().length === 1);
    await relays.store.append(append('kick-1', 1));
    await until(() => relays.log.facts().length === 2);
  });

  it('finds by its poll what another process has appended', async () => {
    const relay = relays.startRelay({ pollMs: 5 });
    await until(() => relay.state() === 'leading');
    await relays.database.store().append(append('other-1', 0));
    await until(() => relays.log.facts().length === 1);
  });

  it('passes over events that make no record', async () => {
    await relays.store.append(append('silent-1', 0, { count: 3 }));
    relays.startRelay({ toRecords: () => [] });
    await until(relays.reached(3));
    expect(relays.log.records).toEqual([]);
  });

  it('publishes all that is committed before it closes, and gives the lease back', async () => {
    const relay = relays.startRelay({ batchSize: 10, checkpointMs: 1_000_000 });
    await Promise.all(Array.from({ length: 95 }, (_, n) => relays.store.append(append(`last-${n}`, 0))));
    await relays.store.drained();
    await relay.close();
    expect(relays.log.facts()).toHaveLength(95);
    expect(await relays.checkpoint()).toMatchObject({ position: 95 });
    expect(relay.state()).toBe('stopped');
    const next = relays.startRelay({ leaseMs: 1_000_000 });
    await until(() => next.state() === 'leading');
  });

  it('measures how long events waited', async () => {
    const lags: number[] = [];
    let published = 0;
    const hooks = {
      onLag: (lagMs: number) => lags.push(lagMs),
      onPublished: (events: number) => (published += events),
    };
    await relays.store.append(append('lag-1', 0, { count: 2 }));
    relays.startRelay({ hooks, now: () => Date.parse('2026-01-01T00:00:00.250Z') });
    await until(() => published === 2);
    expect(lags).toEqual([250]);
  });
});

describe('a failed publication', () => {
  it('is tried again from the checkpoint, with growing delays; no event is skipped or reordered', async () => {
    const delays: number[] = [];
    const refuse = () => Promise.reject(new Error('log is down'));
    relays.log.before.push(() => Promise.resolve(), refuse, refuse, refuse);
    for (let n = 0; n < 6; n++) await relays.store.append(append(`f-${n % 2}`, Math.floor(n / 2)));
    relays.startRelay({ batchSize: 2, maxBackoffMs: 250, hooks: { onRetry: (_, delayMs) => delays.push(delayMs) } });
    await until(relays.reached(6));
    expect(delays).toEqual([100, 200, 250]);
    expect([...new Set(relays.log.facts())]).toEqual(['f-0@1', 'f-1@1', 'f-0@2', 'f-1@2', 'f-0@3', 'f-1@3']);
    expect(await relays.brokenSeal('tenant-1')).toBeUndefined();
  });

  it('that was durable in part is repeated as a whole', async () => {
    relays.log.before.push(() => {
      void relays.log.publish(toRecordsOf('p-1@1'));
      return Promise.reject(new Error('no answer'));
    });
    await relays.store.append(append('p-1', 0, { count: 2 }));
    relays.startRelay();
    await until(relays.reached(2));
    expect(relays.log.facts()).toEqual(['p-1@1', 'p-1@1', 'p-1@2']);
  });

  const toRecordsOf = (fact: string) => [
    { topic: 'facts', partition: 0, key: fact.slice(0, 3), headers: { ce_sequence: fact.slice(4) }, value: null },
  ];

  it('does not keep a relay from closing', async () => {
    relays.log.before.push(...Array.from({ length: 100 }, () => () => Promise.reject(new Error('log is down'))));
    let retries = 0;
    await relays.store.append(append('down-1', 0));
    const relay = relays.startRelay({ maxBackoffMs: 1_000_000, hooks: { onRetry: () => retries++ } });
    await until(() => retries > 0);
    await relay.close();
    expect(await relays.checkpoint()).toMatchObject({ position: 0 });
  });
});

describe('a broken invariant', () => {
  it('stops the relay for good and raises the alarm; nothing behind the gap is published', async () => {
    await relays.store.append(append('gap-1', 0, { count: 3 }));
    await relays.database.owner.query('delete from store.events where version = 2');
    const alarms: Error[] = [];
    const relay = relays.startRelay({ batchSize: 1, hooks: { onAlarm: (error) => alarms.push(error) } });
    await until(() => relay.state() === 'stopped');
    expect(alarms).toMatchObject([
      { name: 'InvariantError', message: expect.stringContaining('position 3 follows 1') },
    ]);
    expect(relays.log.facts()).toEqual(['gap-1@1']);
    expect(await relays.checkpoint()).toMatchObject({ position: 1 });
  });

  it('between two batches is one too: a version that jumps', async () => {
    await relays.store.append(append('jump-1', 0, { count: 2 }));
    await relays.database.owner.query('update store.events set version = 3 where version = 2');
    const alarms: Error[] = [];
    relays.startRelay({ batchSize: 1, hooks: { onAlarm: (error) => alarms.push(error) } });
    await until(() => alarms.length === 1);
    expect(alarms[0]?.message).toContain('version 3 of jump-1 follows 1');
  });

  it('is an event that nobody knows how to tell, too: another version gets the lease at once', async () => {
    await relays.store.append(append('new-1', 0));
    const alarms: Error[] = [];
    const older = relays.startRelay({
      toRecords: () => {
        throw new TypeError('no topic is known for it');
      },
      leaseMs: 1_000_000,
      hooks: { onAlarm: (error) => alarms.push(error) },
    });
    await until(() => older.state() === 'stopped');
    expect(alarms).toMatchObject([
      { name: 'InvariantError', message: expect.stringContaining('at position 1 cannot be told: no topic is known') },
    ]);
    relays.startRelay();
    await until(relays.reached(1));
    expect(relays.log.facts()).toEqual(['new-1@1']);
  });
});
