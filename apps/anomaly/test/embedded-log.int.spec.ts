import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TOPICS } from '@leasehold/contracts';
import type { LogRecord } from '@leasehold/messaging';
import { createLogger, LOG_SCHEMA, migrateAll, type RunningService, startService } from '@leasehold/runtime';
import { createTestDatabase, type TestDatabase, waitFor } from '@leasehold/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anomaly } from '../src/app.module.js';
import { mismatch, numbered, partitionOfLicense, testLicense, validationRecord } from './observed.js';

jest.setTimeout(60_000);

const NOON = Date.parse('2026-03-02T12:00:00Z');
const LICENSE = testLicense('a');
const logger = createLogger({ level: 'silent', service: 'anomaly' });
const dataDir = mkdtempSync(join(tmpdir(), 'leasehold-anomaly-'));

let database: TestDatabase;
const start = (): Promise<RunningService> =>
  startService(anomaly, { databaseUrl: database.url, dataDir, logger, clock: { now: () => NOON } });

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateAll([LOG_SCHEMA, anomaly], () => database.url, logger);
});
afterAll(async () => {
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Sends mismatches to the log of a service and reads all that is told there, until there are so many. */
const tellingsAfter = async ({ context: { log } }: RunningService, first: number, domains: string[], count: number) => {
  const told: LogRecord[] = [];
  await log.follow([TOPICS.anomalies], 'start', ({ records }) => {
    told.push(...records);
    return Promise.resolve();
  });
  const items = domains.map((domain) => mismatch(LICENSE, domain, NOON));
  await log.publish([validationRecord(numbered(partitionOfLicense(LICENSE), first, items))]);
  await waitFor(() => told.length >= count, { describe: `${count} tellings`, timeoutMs: 20_000 });
  return told.map(({ value }) => {
    const { severity, count: sightings } = JSON.parse(Buffer.from(value ?? []).toString('utf8')) as Record<
      string,
      unknown
    >;
    return [severity, sightings];
  });
};

describe('on the embedded log', () => {
  it('goes on after a restart where it was: with the same finding, and what it had seen', async () => {
    const first = await start();
    expect(await tellingsAfter(first, 1, ['a.example', 'b.example'], 1)).toEqual([['info', 1]]);
    await first.close();

    const second = await start();
    // the validator sends its last batch again, and one more item with it
    expect(await tellingsAfter(second, 1, ['a.example', 'b.example', 'c.example'], 2)).toEqual([
      ['info', 1],
      ['critical', 3],
    ]);
    await second.close();
  });
});
