import { describe, expect, it } from '@jest/globals';
import { DAY_MS } from '@leasehold/licensing';
import { aLicense, licenseId, OTHER_TENANT, T0 } from '../../test/licenses.js';
import { batchOf, calls, partitionOfLicense } from '../../test/log-records.js';
import { meteringDatabase } from '../../test/metering-database.js';
import { countValidations } from './count-validations.js';

const MINUTE_MS = 60_000;
const id = licenseId(1);
const database = meteringDatabase();
const at = (text: string): number => Date.parse(`2026-03-${text}Z`);
const used = async (): Promise<number[]> => (await database.periods()).map(({ quantity }) => quantity);

describe('validations', () => {
  it('count by quarter hours of UTC and by the period of their license', async () => {
    await database.heard(aLicense());
    database.now = at('02T00:00');
    await database.counted(
      batchOf('boot', 1, [
        { license: id, at: at('01T10:00:00.000') },
        { license: id, at: at('01T10:14:59.999') },
        { license: id, at: at('01T10:15:00.000') },
      ]),
    );
    expect(await database.buckets()).toEqual([
      { license: id, meter: 'apiCalls', start: '2026-03-01T10:00:00.000Z', quantity: 2 },
      { license: id, meter: 'apiCalls', start: '2026-03-01T10:15:00.000Z', quantity: 1 },
    ]);
    expect(await database.periods()).toEqual([
      { license: id, meter: 'apiCalls', start: '2026-03-01T00:00:00.000Z', quantity: 3 },
    ]);
  });

  it('that were refused count nothing, and those of nobody neither', async () => {
    await database.heard(aLicense());
    const batch = batchOf('boot', 1, [
      { license: id, at: T0, code: 'expired' },
      { license: id, at: T0, code: 'domain_mismatch' },
      { license: id, at: T0, code: 'usage_exceeded' },
    ]);
    await database.counted({ ...batch, items: [...batch.items, { code: 'not_found', at: T0 }] });
    expect(await database.buckets()).toEqual([]);
    expect(await used()).toEqual([0]);
  });

  it('count once when they come again, in part or cut otherwise', async () => {
    await database.heard(aLicense());
    await database.counted(batchOf('boot', 1, calls(id, 5)));
    const again = await database.counted(batchOf('boot', 1, calls(id, 5)), batchOf('boot', 4, calls(id, 4)));
    expect(again).toMatchObject({ counted: 2, repeated: 7, missing: 0 });
    await database.counted(batchOf('another boot', 1, calls(id, 1)));
    expect(await used()).toEqual([8]);
  });

  it('behind a gap count, and the gap is told', async () => {
    await database.heard(aLicense());
    await database.counted(batchOf('boot', 1, calls(id, 2)));
    expect(await database.counted(batchOf('boot', 6, calls(id, 1)))).toMatchObject({ counted: 1, missing: 3 });
    expect(await used()).toEqual([3]);
  });

  it('leave nothing behind when their transaction ends in the middle, and count when they come again', async () => {
    await database.heard(aLicense());
    await database.told();
    const batch = batchOf('boot', 1, calls(id, 900));
    const killed = database.inTransaction(async (transaction) => {
      await countValidations(transaction, batch.partition, [batch], database.teller);
      await database.kill(transaction);
    });
    await expect(killed).rejects.toThrow(/terminat(ed|ing)|not queryable/);
    expect([await database.buckets(), await database.periods(), await database.told()]).toEqual([[], [], []]);
    await database.counted(batch);
    expect(await used()).toEqual([900]);
  });

  it('count beside each other where different boots speak of the same license at once', async () => {
    await database.heard(aLicense());
    // the fence lets no partition be counted twice at once; the rows must not depend on it
    const boots = Array.from({ length: 6 }, (_none, n) => `boot ${n}`);
    await Promise.all(boots.map((boot) => database.counted(batchOf(boot, 1, calls(id, 50)))));
    expect(await used()).toEqual([300]);
  });

  it('late by up to 35 days count where they belong; later ones are told and do not count', async () => {
    await database.heard(aLicense({ startsAt: T0 - 60 * DAY_MS }));
    const counted = await database.counted(
      batchOf('boot', 1, [
        { license: id, at: T0 - 35 * DAY_MS },
        { license: id, at: T0 - 35 * DAY_MS - 1 },
      ]),
    );
    expect(counted).toMatchObject({ counted: 1, tooLate: 1 });
    expect(await database.buckets()).toMatchObject([{ start: '2026-01-25T00:00:00.000Z', quantity: 1 }]);
  });

  it('of a clock that is far ahead count as made now', async () => {
    await database.heard(aLicense());
    const ahead = [5 * MINUTE_MS, 5 * MINUTE_MS + 1, 400 * DAY_MS].map((ms) => ({ license: id, at: T0 + ms }));
    expect(await database.counted(batchOf('boot', 1, ahead))).toMatchObject({ counted: 3, ahead: 2 });
    expect(await database.buckets()).toMatchObject([{ start: '2026-03-01T00:00:00.000Z', quantity: 3 }]);
  });

  it('numbered for another partition are a fault of the validator and are not counted', async () => {
    const batch = batchOf('boot', 1, calls(id, 1));
    const misplaced = database.inTransaction((transaction) =>
      countValidations(transaction, (batch.partition + 1) % 12, [batch], database.teller),
    );
    await expect(misplaced).rejects.toThrow(`numbered for partition ${batch.partition}`);
  });
});

describe('periods', () => {
  it('begin in the middle of a quarter hour, which is cut there', async () => {
    await database.heard(aLicense({ startsAt: at('01T10:07:30') }));
    database.now = at('01T11:00');
    await database.counted(
      batchOf('boot', 1, [
        { license: id, at: at('01T10:07:29.999') },
        { license: id, at: at('01T10:07:30') },
        { license: id, at: at('01T10:14') },
      ]),
    );
    expect(await database.buckets()).toMatchObject([
      { start: '2026-03-01T10:00:00.000Z', quantity: 1 },
      { start: '2026-03-01T10:07:30.000Z', quantity: 2 },
    ]);
    expect(await used()).toEqual([1, 2]);
  });

  it('of a license that was not heard of yet take its calls once it is', async () => {
    const early = await database.counted(batchOf('boot', 1, calls(id, 900)));
    expect(early).toMatchObject({ counted: 900, unplaced: 900 });
    expect(await database.periods()).toEqual([]);
    await database.heard(aLicense());
    await database.counted(batchOf('boot', 901, calls(id, 1)));
    expect(await used()).toEqual([901]);
    expect((await database.told()).map(({ type }) => type)).toContain('leasehold.usage.threshold_reached.v1');
    await database.heard(aLicense({ version: 2 }));
    expect(await used()).toEqual([901]);
  });

  it('lose no call when the license is heard of at the same moment', async () => {
    const licenses = Array.from({ length: 40 }, (_none, n) => licenseId(n));
    await Promise.all(
      licenses.flatMap((license) => [
        database.counted(batchOf(`boot of ${license}`, 1, calls(license, 3))),
        database.heard(aLicense({ id: license })),
      ]),
    );
    expect((await used()).every((quantity) => quantity === 3)).toBe(true);
    expect(await database.periods()).toHaveLength(40);
  });

  it('that are cut otherwise from now on begin with what was counted in them', async () => {
    await database.heard(aLicense());
    database.now = at('02T12:00');
    await database.counted(batchOf('boot', 1, [...calls(id, 4, at('01T12:00')), ...calls(id, 3, at('02T01:00'))]));
    await database.heard(aLicense({ version: 2, period: { unit: 'day', timezone: 'UTC' } }));
    await database.counted(batchOf('boot', 8, calls(id, 2, at('02T12:00'))));
    expect(await database.periods()).toMatchObject([
      { start: '2026-03-01T00:00:00.000Z', quantity: 7 },
      { start: '2026-03-02T00:00:00.000Z', quantity: 5 },
    ]);
  });
});

describe('what is known of a license', () => {
  it('never goes back to an older version', async () => {
    await database.heard(aLicense({ version: 3, limits: { apiCalls: 10 } }));
    await database.heard(aLicense({ version: 2, limits: { apiCalls: 99 } }), aLicense({ version: 1 }));
    await database.counted(batchOf('boot', 1, calls(id, 8)));
    expect((await database.told())[0]?.data).toMatchObject({ threshold: 80, limit: 10 });
  });

  it('is its own: calls of one license touch no other, of whatever tenant', async () => {
    const other = Array.from({ length: 99 }, (_none, n) => licenseId(n + 2)).find(
      (candidate) => partitionOfLicense(candidate) === partitionOfLicense(id),
    );
    if (other === undefined) throw new Error('no two licenses share a partition');
    await database.heard(aLicense(), aLicense({ id: other, tenantId: OTHER_TENANT }));
    await database.counted(batchOf('boot', 1, [...calls(id, 2), ...calls(other, 5)]));
    expect(await database.periods()).toMatchObject([
      { license: id, quantity: 2 },
      { license: other, quantity: 5 },
    ]);
  });
});
