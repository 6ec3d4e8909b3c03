import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeEvent, EVENTS, isEvent, TOPICS } from '@leasehold/contracts';
import type { NewRecord } from '@leasehold/messaging';
import { seededRandom, waitFor } from '@leasehold/testing';
import pg from 'pg';
import { aLicense, licenseId } from './licenses.js';
import { batchOf, calls, licenseFact, validationRecord } from './log-records.js';
import { type RunningMetering, runMetering } from './running-metering.js';

const BATCH = 'application/cloudevents-batch+json';
let metering: RunningMetering;
let owner: pg.Client;
beforeAll(async () => {
  metering = await runMetering();
  owner = new pg.Client({ connectionString: metering.databaseUrl });
  await owner.connect();
});
afterEach(() => metering.logIs('there'));
afterAll(async () => {
  await owner.end();
  await metering.close();
});

const cut = async (share: number): Promise<number> => {
  const { rowCount } = await owner.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < $1`,
    [share],
  );
  return rowCount ?? 0;
};
const usedOf = async (license: string, meter: string) => {
  const { status, body } = await metering.get({ licenseId: license, meter });
  return status === 200 ? body['total'] : undefined;
};

it('usage that is posted again until it is acknowledged counts once, however many connections die', async () => {
  const random = seededRandom();
  const id = licenseId(1);
  await metering.heard(aLicense({ id }));
  let working = true;
  const cutting = (async () => {
    let cuts = 0;
    while (working) cuts += await cut(random.next() / 2);
    return cuts;
  })();
  const event = (number: number) => ({
    specversion: '1.0',
    id: `event ${number}`,
    source: '/test',
    type: 'exports',
    subject: id,
    time: '2026-03-01T00:00:00Z',
    data: { quantity: 1 + (number % 3) },
  });
  const batches = Array.from({ length: 60 }, (_none, batch) =>
    Array.from({ length: 20 }, (_event, n) => event(batch * 20 + n)),
  );
  const expected = batches.flat().reduce((sum, { data }) => sum + data.quantity, 0);
  const untilAcknowledged = async (batch: readonly unknown[]): Promise<void> => {
    for (;;) {
      const { status, body } = await metering.post(batch, { type: BATCH });
      if (status === 202) {
        const results = body['results'] as readonly { status: string }[];
        expect(results.every((result) => ['accepted', 'duplicate'].includes(result.status))).toBe(true);
        return;
      }
      expect([status, body['code']]).toEqual([503, 'service_unavailable']);
    }
  };
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) await untilAcknowledged(batch);
    }),
  );
  working = false;
  expect(await cutting).toBeGreaterThan(20);
  await waitFor(async () => (await usedOf(id, 'exports')) !== undefined);
  expect(await usedOf(id, 'exports')).toBe(expected);
}, 60_000);

it('a log that takes nothing keeps nobody from counting, and is told everything once it is back', async () => {
  const id = licenseId(2);
  await metering.heard(aLicense({ id }));
  await metering.log.publish([validationRecord(batchOf('boot of 2', 1, calls(id, 700)))]);
  await waitFor(async () => (await usedOf(id, 'apiCalls')) === 700);
  metering.logIs('away');
  const posted = ['one', 'two'].map((event) => ({
    specversion: '1.0',
    id: event,
    source: '/outage',
    type: 'exports',
    subject: id,
    data: { quantity: 50 },
  }));
  expect((await metering.post(posted, { type: BATCH })).status).toBe(202);
  const { rows } = await owner.query<{ waiting: string }>('SELECT count(*) AS waiting FROM leasehold_metering.outbox');
  expect(Number(rows[0]?.waiting)).toBeGreaterThan(0);
  expect((await metering.service.readiness()).ready).toBe(true);
  metering.logIs('there');
  await waitFor(async () => {
    expect(await thresholdsOf(id)).toEqual([80, 100]);
    return true;
  });
});

describe('reading again', () => {
  it('all that is in the log, as after a lost offset, changes nothing', async () => {
    const id = licenseId(3);
    await metering.heard(aLicense({ id, limits: { apiCalls: 100 } }));
    const records: NewRecord[] = [1, 41, 81].map((first) =>
      validationRecord(batchOf('boot of 3', first, calls(id, 40))),
    );
    await metering.log.publish([...records, ...records.slice(1)]);
    await waitFor(async () => (await usedOf(id, 'apiCalls')) === 120);
    await metering.log.publish([...records, licenseFact(aLicense({ id, limits: { apiCalls: 1 } })), ...records]);
    await metering.log.publish([validationRecord(batchOf('boot of 3', 121, calls(id, 1)))]);
    await waitFor(async () => (await usedOf(id, 'apiCalls')) === 121);
    expect((await metering.get({ licenseId: id })).body).toMatchObject({ limit: 100, remaining: 0 });
    await waitFor(async () => (await thresholdsOf(id)).length > 2);
    expect(await thresholdsOf(id)).toEqual([80, 100, 120]);
  });
});

/** Thresholds that were told of a license, each event id once. */
async function thresholdsOf(id: string): Promise<number[]> {
  const told = new Map<string, number>();
  const follower = await metering.log.follow([TOPICS.usage], 'start', (batch) => {
    for (const record of batch.records) {
      const decoded = decodeEvent(record);
      if (!('event' in decoded) || !isEvent(decoded.event, EVENTS.usageThresholdReached)) continue;
      const { id: eventId, subject, data } = decoded.event;
      if (subject === id && data !== undefined) told.set(eventId, data.threshold);
    }
    return Promise.resolve();
  });
  await follower.caughtUp;
  await follower.close();
  return [...told.values()];
}
