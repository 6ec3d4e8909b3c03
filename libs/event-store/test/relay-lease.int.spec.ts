import { describe, expect, it } from '@jest/globals';
import { ORIGIN } from '../src/index.js';
import { append } from './events.js';
import { until, type RelayLog } from './relay-log.js';
import { useRelays } from './use-relays.js';

const relays = useRelays();

describe('one relay at a time', () => {
  it('leads; another one takes over when it closes, and nothing is published twice', async () => {
    const [first, second] = [relays.startRelay(), relays.startRelay({ pollMs: 5, leaseMs: 2_000 })];
    await until(() => [first, second].some((relay) => relay.state() === 'leading'));
    const leader = first.state() === 'leading' ? first : second;
    const follower = leader === first ? second : first;
    await relays.store.append(append('turn-1', 0));
    await until(relays.reached(1));
    await until(() => follower.state() === 'following');
    await leader.close();
    await relays.store.append(append('turn-1', 1));
    await until(() => follower.state() === 'leading');
    await until(relays.reached(2));
    expect(relays.log.facts()).toEqual(['turn-1@1', 'turn-1@2']);
  });

  it('is not known to live while it may be that its lease only has not run out', async () => {
    const first = relays.startRelay();
    await until(() => first.state() === 'leading');
    await first.close();
    await relays.database.owner.query(
      `update store.relay_checkpoint set holder = 'killed', lease_until = clock_timestamp() + interval '300 ms'`,
    );
    const heir = relays.startRelay({ leaseMs: 1_000 });
    const seen = new Set<string>();
    await until(() => seen.add(heir.state()).has('leading'));
    expect([...seen]).toEqual(['joining', 'leading']);
  });

  it('is replaced when it dies between publication and checkpoint: published again, none skipped', async () => {
    const dying = relays.startRelay({ checkpointMs: 1_000_000, leaseMs: 1_000_000 });
    await relays.store.append(append('a-1', 0, { count: 3 }));
    await until(relays.reached(3)); // the first move waits for nothing
    await relays.store.append(append('a-1', 3, { count: 2 }));
    await until(() => relays.log.facts().length === 5);
    expect(dying.checkpoint()).toEqual({ epoch: 1, position: 3 });

    await relays.expireLease();
    const heir = relays.startRelay();
    await until(relays.reached(5));
    await relays.store.append(append('a-1', 5));
    await until(relays.reached(6));
    expect(heir.state()).toBe('leading');
    expect(relays.log.facts().slice(5)).toEqual(expect.arrayContaining(['a-1@4', 'a-1@5', 'a-1@6']));
    const first = [...new Set(relays.log.facts())];
    expect(first).toEqual([1, 2, 3, 4, 5, 6].map((version) => `a-1@${version}`));
    expect(await relays.brokenSeal('tenant-1')).toBeUndefined();
    expect(await relays.sealsOf('tenant-1')).toHaveLength(6);
  });

  it('cannot move the checkpoint or seal once another has taken over, however late it wakes', async () => {
    let wake = (): void => undefined;
    relays.log.before.push(() => new Promise((resolve) => (wake = resolve)));
    await relays.store.append(append('z-1', 0, { count: 2 }));
    const zombie = relays.startRelay({ pollMs: 1_000_000, checkpointMs: 0 });
    await until(() => relays.log.before.length === 0);
    const { fence } = await relays.checkpoint();

    await relays.expireLease();
    const heir = relays.startRelay();
    await until(relays.reached(2));
    await relays.store.append(append('z-1', 2));
    await until(relays.reached(3));
    const taken = await relays.checkpoint();
    expect(taken).toMatchObject({ fence: fence + 1, holder: 'relay-1' });

    wake();
    await until(() => zombie.state() === 'following');
    expect(await relays.checkpoint()).toEqual(taken);
    expect(heir.state()).toBe('leading');
    expect(await relays.sealsOf('tenant-1')).toHaveLength(3);
    expect(await relays.brokenSeal('tenant-1')).toBeUndefined();
  });

  it('goes on by itself after its connections were cut', async () => {
    const relay = relays.startRelay();
    await relays.store.append(append('cut-1', 0));
    await until(relays.reached(1));
    await relays.database.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
       and query not like '%terminate%'`,
    );
    await until(() =>
      relays.store.append(append('cut-2', 0)).then(
        () => true,
        () => false,
      ),
    );
    await until(relays.reached(2));
    expect(relay.state()).toBe('leading');
  });

  it('cannot move it even where the successor has not moved it yet', async () => {
    const wake: (() => void)[] = [];
    const hang = () => new Promise<void>((resolve) => wake.push(resolve));
    relays.log.before.push(hang, hang);
    await relays.store.append(append('z-2', 0));
    const zombie = relays.startRelay({ pollMs: 1_000_000, checkpointMs: 0 });
    await until(() => wake.length === 1);
    await relays.expireLease();
    relays.startRelay();
    await until(() => wake.length === 2);

    wake[0]?.();
    await until(() => zombie.state() === 'following');
    expect(await relays.checkpoint()).toMatchObject({ position: 0, holder: 'relay-1' });
    expect(await relays.sealsOf('tenant-1')).toEqual([]);
    wake[1]?.();
    await until(relays.reached(1));
    expect(await relays.sealsOf('tenant-1')).toHaveLength(1);
  });

  it('keeps its lease while a publication takes longer than the lease', async () => {
    let wake = (): void => undefined;
    relays.log.before.push(() => new Promise((resolve) => (wake = resolve)));
    await relays.store.append(append('slow-1', 0));
    const leader = relays.startRelay({ leaseMs: 900 });
    await until(() => relays.log.before.length === 0);
    const { fence } = await relays.checkpoint();
    const renewals = new Set<string>();
    await until(async () => {
      const { rows } = await relays.database.owner.query<{ at: string }>(
        'select lease_until::text as at from store.relay_checkpoint',
      );
      return renewals.add(rows[0]?.at ?? '').size === 5;
    });
    wake();
    await until(relays.reached(1));
    expect(leader.state()).toBe('leading');
    expect((await relays.checkpoint()).fence).toBe(fence);
  });
});

describe('whatever fails', () => {
  it('every event is published, first in commit order, and sealed once', async () => {
    const EVENTS = 400;
    let publications = 0;
    const failing: RelayLog['publish'] = async (records) => {
      const nth = ++publications;
      if (nth % 7 === 0) await relays.expireLease();
      if (nth % 3 === 0) throw new Error('log is down');
      if (nth % 5 === 0) await relays.log.publish(records.slice(0, 1)); // durable in part, but not acknowledged
      if (nth % 5 === 0) throw new Error('no answer');
      await relays.log.publish(records);
    };
    for (let n = 0; n < 3; n++) {
      relays.startRelay({
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
          await relays.store.append(append(`s-${stream}`, version, { tenantId }));
        }
      }),
    );
    await until(relays.reached(EVENTS));
    const { events } = await relays.store.readAll(ORIGIN, EVENTS + 1);
    expect([...new Set(relays.log.facts())]).toEqual(events.map(({ streamId, version }) => `${streamId}@${version}`));
    expect(relays.log.facts().length).toBeGreaterThan(EVENTS);
    for (const tenantId of ['t-0', 't-1', 't-2']) {
      expect(await relays.sealsOf(tenantId)).toHaveLength(events.filter((event) => event.tenantId === tenantId).length);
      expect(await relays.brokenSeal(tenantId)).toBeUndefined();
    }
  }, 20_000);
});
