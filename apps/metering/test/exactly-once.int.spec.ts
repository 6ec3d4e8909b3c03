import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { decodeEvent, EVENTS, type IncomingEvent, isEvent, TOPICS } from '@leasehold/contracts';
import { createPostgresLog, type EventLog, eventLogMigrationSql, type NewRecord } from '@leasehold/messaging';
import { createLogger, migrateAll, type RunningService, startService } from '@leasehold/runtime';
import { createTestDatabase, seededRandom, type TestDatabase, waitFor } from '@leasehold/testing';
import pg from 'pg';
import { metering } from '../src/app.module.js';
import { quarterOf } from '../src/counting/quarter-hour.js';
import { aLicense, licenseId, T0 } from './licenses.js';
import { batchOf, type Call, licenseFact, partitionOfLicense, validationRecord } from './log-records.js';

const LICENSES = Array.from({ length: 10 }, (_none, n) => licenseId(n));
const BOOTS = ['boot a', 'boot b', 'boot c'];
const DAYS = 3;
const DAY_MS = 86_400_000;
const LIMIT = 100;
const logger = createLogger({ level: 'silent', service: 'metering' });

let database: TestDatabase;
let owner: pg.Pool;
let dataDir: string;
const clock = { time: T0 + DAYS * DAY_MS - 1, now: () => clock.time };
const closing: (() => Promise<void>)[] = [];

const openLog = (instanceId: string): EventLog => {
  const log = createPostgresLog({ pool: owner, instanceId, pollMs: 10, heartbeatMs: 30, onError: () => undefined });
  closing.push(() => log.close());
  return log;
};
const start = async (instanceId: string): Promise<RunningService> => {
  const log = openLog(instanceId);
  const options = { databaseUrl: database.url, dataDir, log, logger, clock, masterKey: new Uint8Array(32) };
  const service = await startService(metering, { ...options, config: { databasePoolSize: 8 } });
  closing.push(() => service.close());
  return service;
};

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ connectionString: database.url, max: 24 });
  owner.on('error', () => undefined);
  await owner.query(eventLogMigrationSql());
  await migrateAll([metering], () => database.url, logger);
  dataDir = mkdtempSync(join(tmpdir(), 'leasehold-metering-'));
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await owner.end();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Validators that cut what they tell at random, and tell it again at random, as after an outage of the log. */
function validators(random: ReturnType<typeof seededRandom>) {
  const told = new Map<string, Call[]>();
  const everything: Call[] = [];
  const draw = (partition: number): Call => ({
    license: random.pick(LICENSES.filter((license) => partitionOfLicense(license) === partition)),
    at: T0 + random.integer(0, DAYS * DAY_MS - 1),
    code: random.pick(['valid', 'valid', 'valid', 'valid', 'expired', 'usage_exceeded']),
  });
  return {
    everything,
    /** Number of the last item that a boot has told of a partition. */
    last: (boot: string, partition: number) => told.get(`${boot} ${partition}`)?.length ?? 0,
    tell: (): NewRecord => {
      const boot = random.pick(BOOTS);
      const partition = partitionOfLicense(random.pick(LICENSES));
      const key = `${boot} ${partition}`;
      const known = told.get(key) ?? [];
      const fresh = Array.from({ length: random.integer(known.length === 0 ? 1 : 0, 12) }, () => draw(partition));
      // nothing new is never told, but something old may be
      const back = Math.min(known.length, random.pick([fresh.length === 0 ? 1 : 0, 1, 5, 40]));
      told.set(key, [...known, ...fresh]);
      everything.push(...fresh);
      const items = [...known.slice(known.length - back), ...fresh];
      return validationRecord(batchOf(boot, known.length - back + 1, items));
    },
  };
}

const add = (sums: Map<string, number>, key: string, quantity: number): Map<string, number> =>
  sums.set(key, (sums.get(key) ?? 0) + quantity);

async function stored(table: 'usage_bucket' | 'usage_period'): Promise<Map<string, number>> {
  const { rows } = await owner.query<{ license_id: string; starts_at: Date; quantity: string }>(
    `SELECT license_id, starts_at, quantity FROM leasehold_metering.${table} WHERE quantity > 0`,
  );
  return new Map(rows.map((row) => [`${row.license_id} ${row.starts_at.getTime()}`, Number(row.quantity)]));
}

async function published(log: EventLog): Promise<IncomingEvent[]> {
  const events: IncomingEvent[] = [];
  const follower = await log.follow([TOPICS.usage, TOPICS.usageBalances], 'start', (batch) => {
    for (const record of batch.records) {
      const decoded = decodeEvent(record);
      if ('event' in decoded) events.push(decoded.event);
    }
    return Promise.resolve();
  });
  await follower.caughtUp;
  await follower.close();
  return events;
}

it('every granted call counts exactly once, whatever comes twice and whichever connection dies', async () => {
  const random = seededRandom();
  const log = openLog('validators');
  await log.createTopics(Object.values(TOPICS));
  await start('one');
  const second = await start('two');
  const validating = validators(random);
  const facts = LICENSES.map((id) =>
    licenseFact(aLicense({ id, limits: { apiCalls: LIMIT }, period: { unit: 'day', timezone: 'UTC' } })),
  );
  let cuts = 0;
  for (let round = 0; round < 150; round++) {
    // facts of licenses come in between, as late as it happens
    const fact = round % 10 === 5 ? facts.pop() : undefined;
    const records = Array.from({ length: random.integer(1, 8) }, () => validating.tell());
    await log.publish(fact === undefined ? records : [...records, fact]);
    if (round === 75) await second.close();
    if (random.next() < 0.3) {
      const { rowCount } = await owner.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'leasehold-metering' AND random() < 0.4`,
      );
      cuts += rowCount ?? 0;
    }
  }
  const granted = validating.everything.filter(({ code }) => code === 'valid');
  const buckets = new Map<string, number>();
  const periods = new Map<string, number>();
  for (const { license, at } of granted) {
    add(buckets, `${license} ${quarterOf(at)}`, 1);
    add(periods, `${license} ${at - (at % DAY_MS)}`, 1);
  }
  const total = async () => [...(await stored('usage_period')).values()].reduce((sum, quantity) => sum + quantity, 0);
  await log.publish(facts.splice(0));
  await waitFor(async () => (await total()) >= granted.length, {
    timeoutMs: 60_000,
    describe: `${granted.length} calls to be counted`,
  });
  await waitFor(async () => (await log.lag('metering', [TOPICS.validations])).every(({ lag }) => lag === 0));
  expect(cuts).toBeGreaterThan(20);
  expect(await stored('usage_bucket')).toEqual(buckets);
  expect(await stored('usage_period')).toEqual(periods);

  const today = T0 + (DAYS - 1) * DAY_MS;
  const balances = async (): Promise<Map<string, unknown>> => {
    const newest = new Map<string, unknown>();
    for (const event of await published(log)) {
      if (!isEvent(event, EVENTS.usageBalance) || event.data === undefined) continue;
      newest.set(event.data.license, event.data.used);
    }
    return newest;
  };
  // what was told while calls went on may be behind by less than 1 %, for five seconds
  await owner.query(`UPDATE leasehold_metering.balance SET due_at = told_at, told_at = told_at - interval '5 seconds'`);
  await waitFor(async () => {
    expect(await balances()).toEqual(new Map(LICENSES.map((id) => [id, periods.get(`${id} ${today}`) ?? 0])));
    return true;
  });

  const events = await published(log);
  const once = new Map(events.map((event) => [event.id, event]));
  const thresholds = [...once.values()].flatMap((event) =>
    isEvent(event, EVENTS.usageThresholdReached) && event.data
      ? [`${event.data.license} ${event.data.periodStart} ${event.data.threshold}`]
      : [],
  );
  const expected = [...periods].flatMap(([key, used]) =>
    [80, 100, 120].filter((threshold) => used >= (LIMIT * threshold) / 100).map((threshold) => `${key} ${threshold}`),
  );
  expect(thresholds.sort()).toEqual(expected.sort());
  expect(expected.length).toBeGreaterThan(10);
  const refusals = new Set(
    validating.everything
      .filter(({ code }) => code === 'usage_exceeded')
      .map(({ license, at }) => `${license} ${at - (at % DAY_MS)}`),
  );
  const exceeded = [...once.values()].flatMap((event) =>
    isEvent(event, EVENTS.usageExceeded) && event.data ? [`${event.data.license} ${event.data.periodStart}`] : [],
  );
  expect(exceeded.sort()).toEqual([...refusals].sort());
}, 120_000);
