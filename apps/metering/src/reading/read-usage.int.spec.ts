import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aLicense, licenseId, OTHER_TENANT, T0 } from '../../test/licenses.js';
import { batchOf, validationRecord } from '../../test/log-records.js';
import { type RunningMetering, runMetering } from '../../test/running-metering.js';
import { waitFor } from '@leasehold/testing';

let metering: RunningMetering;
let id: string;
let licenses = 0;

/** Calls at these times, counted. */
const called = async (...times: readonly string[]): Promise<void> => {
  const calls = times.map((time) => ({ license: id, at: Date.parse(time) }));
  const before = await counted();
  await metering.log.publish([validationRecord(batchOf(`boot of ${id}`, 1, calls))]);
  await waitFor(async () => (await counted()) === before + times.length);
};
const counted = async (): Promise<number> => {
  const { rows } = await metering.service.context.database.pool.query<{ sum: string | null }>(
    'SELECT sum(quantity) AS sum FROM usage_bucket WHERE license_id = $1',
    [id],
  );
  return Number(rows[0]?.sum ?? 0);
};
const ask = (query: Readonly<Record<string, string>> = {}, key = metering.keys.own) =>
  metering.get({ licenseId: id, ...query }, key);
const buckets = async (query: Readonly<Record<string, string>>): Promise<(readonly [string, number])[]> => {
  const { body } = await ask(query);
  return (body['buckets'] as { start: string; quantity: number }[]).map(({ start, quantity }) => [
    start.replace(':00.000Z', 'Z'),
    quantity,
  ]);
};

beforeAll(async () => {
  metering = await runMetering();
});
afterAll(() => metering.close());
beforeEach(() => {
  licenses += 1;
  id = licenseId(licenses);
  metering.clock.time = Date.parse('2026-04-10T00:00:00Z');
});

describe('usage of a license', () => {
  it('is by default that of the period under way, with what is left', async () => {
    await metering.heard(aLicense({ id, startsAt: Date.parse('2026-03-15T10:07:00Z') }));
    await called('2026-03-15T10:06:59Z', '2026-03-15T10:07:00Z', '2026-04-09T23:59:59Z');
    expect(await ask()).toEqual({
      status: 200,
      body: {
        licenseId: id,
        meter: 'apiCalls',
        from: '2026-03-15T10:07:00.000Z',
        to: '2026-04-15T10:07:00.000Z',
        total: 2,
        limit: 1_000,
        remaining: 998,
        resetsAt: '2026-04-15T10:07:00.000Z',
        buckets: [
          { start: '2026-03-15T10:07:00.000Z', quantity: 1 },
          { start: '2026-04-09T23:45:00.000Z', quantity: 1 },
        ],
      },
    });
  });

  it('has no limit where the license has none, and nothing left past its limit', async () => {
    await metering.heard(aLicense({ id, limits: { exports: 1 } }));
    await called('2026-04-09T00:00:00Z');
    expect((await ask()).body).toMatchObject({ total: 1, limit: null, remaining: null });
    await metering.heard(aLicense({ id, version: 2, limits: { apiCalls: 0 } }));
    expect((await ask()).body).toMatchObject({ total: 1, limit: 0, remaining: 0 });
  });

  it('moves bounds within a quarter hour outwards, and says so', async () => {
    await metering.heard(aLicense({ id }));
    await called('2026-04-09T10:01:00Z', '2026-04-09T10:16:00Z', '2026-04-09T10:31:00Z');
    const { body } = await ask({ from: '2026-04-09T10:05:00Z', to: '2026-04-09T12:20:00+02:00' });
    expect(body).toMatchObject({ from: '2026-04-09T10:00:00.000Z', to: '2026-04-09T10:30:00.000Z', total: 2 });
    expect(body).toMatchObject({ remaining: 997 });
  });
});

describe('windows', () => {
  it('are quarter hours, hours, days, or all in one', async () => {
    await metering.heard(aLicense({ id }));
    await called('2026-04-09T10:01:00Z', '2026-04-09T10:16:00Z', '2026-04-09T23:59:00Z', '2026-04-10T00:00:00Z');
    expect(await buckets({ window: '15m' })).toHaveLength(4);
    expect(await buckets({ window: 'hour' })).toEqual([
      ['2026-04-09T10:00Z', 2],
      ['2026-04-09T23:00Z', 1],
      ['2026-04-10T00:00Z', 1],
    ]);
    expect(await buckets({ window: 'day' })).toEqual([
      ['2026-04-09T00:00Z', 3],
      ['2026-04-10T00:00Z', 1],
    ]);
    expect(await buckets({ window: 'total' })).toEqual([['2026-04-01T00:00Z', 4]]);
  });

  it('of a day have 23 and 25 hours when the clocks of the zone change', async () => {
    metering.clock.time = Date.parse('2026-03-30T12:00:00Z');
    await metering.heard(aLicense({ id }));
    // midnights of Berlin: 23:00Z before the change, 22:00Z after it
    await called('2026-03-28T22:59:59Z', '2026-03-28T23:00:00Z', '2026-03-29T21:59:59Z', '2026-03-29T22:00:00Z');
    expect(await buckets({ window: 'day', timezone: 'Europe/Berlin' })).toEqual([
      ['2026-03-27T23:00Z', 1],
      ['2026-03-28T23:00Z', 2],
      ['2026-03-29T22:00Z', 1],
    ]);
    id = licenseId(licenses + 10_000);
    metering.clock.time = Date.parse('2026-10-27T12:00:00Z');
    await metering.heard(aLicense({ id }));
    await called('2026-10-24T21:59:59Z', '2026-10-24T22:00:00Z', '2026-10-25T22:59:59Z', '2026-10-25T23:00:00Z');
    expect(await buckets({ window: 'day', timezone: 'Europe/Berlin' })).toEqual([
      ['2026-10-23T22:00Z', 1],
      ['2026-10-24T22:00Z', 2],
      ['2026-10-25T23:00Z', 1],
    ]);
  });

  it('of an hour keep the two that have the same name apart when the clocks go back', async () => {
    metering.clock.time = Date.parse('2026-10-27T12:00:00Z');
    await metering.heard(aLicense({ id }));
    await called('2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z');
    expect(await buckets({ window: 'hour', timezone: 'Europe/Berlin' })).toEqual([
      ['2026-10-25T00:00Z', 1],
      ['2026-10-25T01:00Z', 1],
    ]);
  });

  it('are cut exactly where zones are half or three quarters of an hour off', async () => {
    await metering.heard(aLicense({ id }));
    await called('2026-04-08T18:14:59Z', '2026-04-08T18:15:00Z', '2026-04-08T18:29:59Z', '2026-04-08T18:30:00Z');
    expect(await buckets({ window: 'day', timezone: 'Asia/Kathmandu' })).toEqual([
      ['2026-04-07T18:15Z', 1],
      ['2026-04-08T18:15Z', 3],
    ]);
    expect(await buckets({ window: 'hour', timezone: 'Asia/Kolkata' })).toEqual([
      ['2026-04-08T17:30Z', 3],
      ['2026-04-08T18:30Z', 1],
    ]);
  });

  it('begin at the range where that cuts one', async () => {
    await metering.heard(aLicense({ id }));
    await called('2026-04-09T10:30:00Z', '2026-04-09T11:30:00Z');
    const range = { from: '2026-04-09T10:15:00Z', to: '2026-04-09T11:45:00Z' };
    expect(await buckets({ ...range, window: 'day' })).toEqual([['2026-04-09T10:15Z', 2]]);
    expect(await buckets({ ...range, window: 'hour' })).toEqual([
      ['2026-04-09T10:15Z', 1],
      ['2026-04-09T11:00Z', 1],
    ]);
  });

  it('exist in every zone this runtime knows', async () => {
    const { rows } = await metering.service.context.database.pool.query<{ name: string }>(
      `SELECT zone AS name FROM unnest($1::text[]) AS zone
       WHERE lower(zone) NOT IN (SELECT lower(name) FROM pg_timezone_names)`,
      [Intl.supportedValuesOf('timeZone')],
    );
    expect(rows.map(({ name }) => name)).toEqual([]);
  });
});

describe('questions that have no answer', () => {
  it.each([
    ['a zone that does not exist', { timezone: 'Mars/Olympus' }, 'query/timezone'],
    ['an offset instead of a zone', { timezone: '+02:00' }, 'query/timezone'],
    ['a window that is not kept', { window: 'minute' }, 'query/window'],
    ['a time that is none', { from: 'yesterday' }, 'query/from'],
    ['an end before its start', { from: '2026-04-09T00:00:00Z', to: '2026-04-08T00:00:00Z' }, 'query/to'],
    ['a start after the period under way', { from: '2027-01-01T00:00:00Z' }, 'query/from'],
    ['more windows than anybody reads', { from: '2020-01-01T00:00:00Z' }, 'query/from'],
    ['a parameter that is not known', { metre: 'apiCalls' }, 'query/metre'],
  ])('%s', async (_name, query, pointer) => {
    await metering.heard(aLicense({ id }));
    const { status, body } = await ask(query);
    expect([status, body['code']]).toEqual([422, 'invalid_request']);
    expect(body['errors']).toMatchObject([{ pointer }]);
  });

  it('a license that is not there, or is another tenant’s, is not found', async () => {
    await metering.heard(aLicense({ id, tenantId: OTHER_TENANT }));
    for (const licenseId_ of [id, licenseId(888_888)]) {
      const answer = await metering.get({ licenseId: licenseId_ });
      expect([answer.status, answer.body['code']]).toEqual([404, 'license.not_found']);
    }
    expect((await ask({}, metering.keys.other)).status).toBe(200);
  });

  it('a meter that the license does not have is not found', async () => {
    await metering.heard(aLicense({ id, startsAt: T0 }));
    for (const meter of ['imports', 'seats', 'constructor', 'toString']) {
      const answer = await ask({ meter });
      expect([meter, answer.status, answer.body['code']]).toEqual([meter, 404, 'usage.meter_not_found']);
    }
    expect((await ask({ meter: 'exports' })).body).toMatchObject({ total: 0, limit: 100, remaining: 100, buckets: [] });
  });
});
