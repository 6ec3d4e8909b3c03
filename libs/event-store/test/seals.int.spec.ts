import { describe, expect, it } from '@jest/globals';
import { append } from './events.js';
import { until } from './relay-log.js';
import { useRelays } from './use-relays.js';

const relays = useRelays();

describe('seals', () => {
  it('chain each tenant by itself, across batches and relays', async () => {
    const appendAll = async (round: number) => {
      for (const tenantId of ['t-1', 't-2', 't-3']) {
        await relays.store.append(append(`${tenantId}-s`, round * 2, { tenantId, count: 2, data: { round } }));
      }
    };
    await appendAll(0);
    const first = relays.startRelay({ batchSize: 2, checkpointMs: 0 });
    await until(relays.reached(6));
    await first.close();
    await appendAll(1);
    relays.startRelay({ batchSize: 4 });
    await until(relays.reached(12));
    for (const tenantId of ['t-1', 't-2', 't-3']) {
      const seals = await relays.sealsOf(tenantId);
      expect(seals.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
      expect(await relays.brokenSeal(tenantId)).toBeUndefined();
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
    await relays.store.append(append('sealed-1', 0, { count: 4 }));
    relays.startRelay();
    await until(relays.reached(4));
    expect(await relays.brokenSeal('tenant-1')).toBeUndefined();
    await relays.database.owner.query(tampering);
    expect(await relays.brokenSeal('tenant-1')).toBe(n);
  });

  it('are left out when asked', async () => {
    await relays.store.append(append('unsealed-1', 0));
    relays.startRelay({ sealing: false });
    await until(relays.reached(1));
    expect(await relays.sealsOf('tenant-1')).toEqual([]);
  });
});
