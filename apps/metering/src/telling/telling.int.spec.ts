import { describe, expect, it } from '@jest/globals';
import { EVENTS, type IncomingEvent, isEvent, type UsageBalance } from '@leasehold/contracts';
import { DAY_MS } from '@leasehold/licensing';
import { aLicense, licenseId, T0, TENANT } from '../../test/licenses.js';
import { batchOf, calls } from '../../test/log-records.js';
import { meteringDatabase } from '../../test/metering-database.js';

const id = licenseId(1);
const database = meteringDatabase();

const balancesOf = (events: readonly IncomingEvent[]): UsageBalance[] =>
  events.flatMap((event) => (isEvent(event, EVENTS.usageBalance) && event.data ? [event.data] : []));
const factsOf = (events: readonly IncomingEvent[]) =>
  events.flatMap((event): (number | string)[] => {
    if (isEvent(event, EVENTS.usageThresholdReached) && event.data) return [event.data.threshold];
    return isEvent(event, EVENTS.usageExceeded) ? ['exceeded'] : [];
  });

let next = 1;
const boot = (): string => `boot ${next++}`;
const call = (count: number, at = database.now) => database.counted(batchOf(boot(), 1, calls(id, count, at)));
const refuse = (at = database.now) =>
  database.counted(batchOf(boot(), 1, [{ license: id, at, code: 'usage_exceeded' }]));

describe('thresholds', () => {
  it('are told once each in a period, whatever is counted afterwards', async () => {
    await database.heard(aLicense());
    await call(799);
    expect(factsOf(await database.told())).toEqual([]);
    await call(1);
    expect(factsOf(await database.told())).toEqual([80]);
    await call(100);
    expect(factsOf(await database.told())).toEqual([]);
    await call(400);
    expect(factsOf(await database.told())).toEqual([100, 120]);
    await call(1);
    expect(factsOf(await database.told())).toEqual([]);
  });

  it('are told again in the next period', async () => {
    await database.heard(aLicense({ period: { unit: 'day', timezone: 'UTC' } }));
    await call(800);
    database.now += DAY_MS;
    await call(800);
    expect(factsOf(await database.told())).toEqual([80, 80]);
  });

  it('say what was reached, of what, and until when', async () => {
    await database.heard(aLicense());
    await call(820);
    const [event] = (await database.told()).filter(({ type }) => type === EVENTS.usageThresholdReached.type);
    expect(event).toMatchObject({ key: id, subject: id, tenant: TENANT });
    expect(event?.data).toEqual({
      license: id,
      tenant: TENANT,
      product: aLicense().productId,
      meter: 'apiCalls',
      used: 820,
      limit: 1_000,
      threshold: 80,
      periodStart: T0,
      resetsAt: Date.parse('2026-04-01T00:00:00Z'),
    });
  });

  it('are told at once when the limit falls below what was used', async () => {
    await database.heard(aLicense());
    await call(500);
    await database.heard(aLicense({ version: 2, limits: { apiCalls: 500 } }));
    expect(factsOf(await database.told())).toEqual([80, 100]);
    await database.heard(aLicense({ version: 3, limits: { apiCalls: 400 } }));
    expect(factsOf(await database.told())).toEqual([120]);
  });
});

describe('refusals', () => {
  it('by a hard limit are told once in a period: the first', async () => {
    await database.heard(aLicense({ period: { unit: 'day', timezone: 'UTC' } }));
    await refuse();
    await refuse();
    expect(factsOf(await database.told())).toEqual(['exceeded']);
    database.now += DAY_MS;
    await refuse();
    expect(factsOf(await database.told())).toEqual(['exceeded']);
  });

  it('are told under the same id by whoever tells them', async () => {
    const ids: string[] = [];
    for (let round = 0; round < 2; round++) {
      await database.heard(aLicense());
      await refuse();
      ids.push(...(await database.told()).filter(({ type }) => type === EVENTS.usageExceeded.type).map((e) => e.id));
      await database.pool.query('DELETE FROM usage_period');
    }
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });
});

describe('balances', () => {
  const told = async () => balancesOf(await database.told());

  it('are told of a new license and of every change by 1 % of the limit', async () => {
    await database.heard(aLicense());
    await database.tellDue();
    expect(await told()).toMatchObject([{ license: id, meter: 'apiCalls', used: 0, limit: 1_000 }]);
    await call(9);
    expect(await told()).toEqual([]);
    await call(1);
    expect(await told()).toMatchObject([{ used: 10 }]);
  });

  it('of a smaller change are told five seconds after the last', async () => {
    await database.heard(aLicense());
    await database.tellDue();
    await call(1);
    await told();
    database.now += 4_999;
    await call(1);
    await database.tellDue();
    expect(await told()).toEqual([]);
    database.now += 1;
    await database.tellDue();
    expect(await told()).toMatchObject([{ used: 2 }]);
    database.now += 60_000;
    await database.tellDue();
    expect(await told()).toEqual([]);
  });

  it('name for each boot the last call they contain', async () => {
    await database.heard(aLicense());
    await database.counted(batchOf('a', 1, calls(id, 20)), batchOf('b', 1, calls(id, 7)));
    await database.counted(batchOf('a', 21, calls(id, 30)));
    expect((await told()).map(({ used, acked }) => ({ used, acked }))).toEqual([
      { used: 27, acked: { a: 20, b: 7 } },
      { used: 57, acked: { a: 50, b: 7 } },
    ]);
  });

  it('name no boot that has been silent for a day, while its numbers still count once', async () => {
    await database.heard(aLicense());
    await database.counted(batchOf('silent', 1, calls(id, 5)));
    await database.pool.query("UPDATE producer_sequence SET seen_at = now() - interval '25 hours'");
    await told();
    await database.counted(batchOf('alive', 1, calls(id, 10)));
    expect((await told()).map(({ used, acked }) => ({ used, acked }))).toEqual([{ used: 15, acked: { alive: 10 } }]);
    expect(await database.counted(batchOf('silent', 1, calls(id, 5)))).toMatchObject({ counted: 0 });
  });

  it('are told anew when the limit changes, and when it becomes one that is enforced', async () => {
    await database.heard(aLicense({ enforcement: {} }));
    await call(50);
    await database.tellDue();
    expect(await told()).toEqual([]);
    await database.heard(aLicense({ version: 2 }));
    await database.tellDue();
    expect(await told()).toMatchObject([{ used: 50, limit: 1_000 }]);
    await database.heard(aLicense({ version: 3, limits: { apiCalls: 2_000 } }));
    await database.tellDue();
    expect(await told()).toMatchObject([{ used: 50, limit: 2_000 }]);
    await database.heard(aLicense({ version: 4, limits: { apiCalls: 2_000 }, suspensions: ['billing'] }));
    await database.tellDue();
    expect(await told()).toEqual([]);
  });

  it('are told fresh when a period begins, without a call', async () => {
    await database.heard(aLicense({ period: { unit: 'day', timezone: 'UTC' } }));
    await call(100);
    await told();
    database.now = T0 + DAY_MS - 1;
    await database.tellDue();
    expect(await told()).toEqual([]);
    database.now += 1;
    await database.tellDue();
    expect(await told()).toMatchObject([{ used: 0, periodStart: T0 + DAY_MS, periodEnd: T0 + 2 * DAY_MS }]);
  });

  it('of a former period are not told when late calls change it', async () => {
    await database.heard(aLicense({ period: { unit: 'day', timezone: 'UTC' } }));
    database.now = T0 + DAY_MS;
    await call(500, T0);
    expect(await told()).toEqual([]);
  });

  it('are of no interest for limits that nobody enforces, for seats, and after a revocation', async () => {
    const enforcement = { apiCalls: 'hard', seats: 'hard', unlimited: 'hard' } as const;
    await database.heard(aLicense({ enforcement }));
    await database.tellDue();
    expect((await told()).map(({ meter }) => meter)).toEqual(['apiCalls']);
    await database.heard(aLicense({ version: 2, enforcement, revokedAt: T0 }));
    database.now += 40 * DAY_MS;
    await call(500);
    await database.tellDue();
    expect(await told()).toEqual([]);
  });

  it('are told once where several processes look for what is due', async () => {
    await database.heard(...Array.from({ length: 60 }, (_none, n) => aLicense({ id: licenseId(n) })));
    await Promise.all([database.tellDue(), database.tellDue(), database.tellDue()]);
    expect(await told()).toHaveLength(60);
  });

  it('never go down within a period while calls are counted and told at once', async () => {
    await database.heard(aLicense());
    const rounds = Array.from({ length: 30 }, (_none, n) => n);
    await Promise.all(
      rounds.map(async (n) => {
        await call(3);
        if (n % 3 === 0) await database.heard(aLicense({ version: n + 2, limits: { apiCalls: 1_000 + n } }));
        await database.tellDue();
      }),
    );
    database.now += 5_000;
    await database.tellDue();
    const used = (await told()).map((balance) => balance.used);
    expect(used).toEqual([...used].sort((a, b) => a - b));
    expect(used.at(-1)).toBe(90);
  });
});
