import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ValidationItem } from '@leasehold/contracts';
import { waitFor } from '@leasehold/testing';
import fc from 'fast-check';
import { type AnomalyDatabase, anomalyDatabase } from '../../test/anomaly-database.js';
import { granted, mismatch, numbered, partitionOfLicense, recordBatch, testLicense } from '../../test/observed.js';
import { giveStatus, ownFinding } from '../findings/finding-rows.js';

const NOON = Date.parse('2026-03-02T12:00:00Z');
const LICENSE = testLicense('a');
const PARTITION = partitionOfLicense(LICENSE);

jest.setTimeout(60_000);

let database: AnomalyDatabase;
beforeAll(async () => {
  database = await anomalyDatabase();
});
beforeEach(() => database.clear());
afterAll(() => database.drop());

const mismatches = (count: number, domain = 'pirate.example'): ValidationItem[] =>
  Array.from({ length: count }, (_, n) => mismatch(LICENSE, domain, NOON + n * 1_000));
const batchOf = (first: number, items: readonly ValidationItem[], offset = 0) =>
  recordBatch([numbered(PARTITION, first, items)], offset);
const counts = async (): Promise<number[]> =>
  (await database.pool.query<{ count: string }>('select count from finding order by id')).rows.map(({ count }) =>
    Number(count),
  );

describe('a batch of validations', () => {
  it('leaves state, finding and what is to be told, together with the offset', async () => {
    await database.consume(batchOf(1, [...granted(LICENSE, 3, NOON), ...mismatches(5)]));
    const { findings, states, told } = await database.written();
    expect(findings).toMatchObject([
      {
        tenant_id: LICENSE.tenant,
        product_id: LICENSE.product,
        license_id: LICENSE.license,
        rule: 'domain_mismatch',
        generation: 1,
        severity: 'warning',
        status: 'open',
        count: '5',
        requested_domain: 'pirate.example',
        bound_domain: 'legitimate.example',
        first_seen_at: new Date(NOON),
        last_seen_at: new Date(NOON + 4_000),
      },
    ]);
    expect(states).toHaveLength(1);
    // the opening, and the rise to a warning
    expect(told.map((row) => JSON.parse((row as { value: string }).value) as unknown)).toMatchObject([
      { severity: 'info', count: 1 },
      { severity: 'warning', count: 5 },
    ]);
    const { rows } = await database.pool.query('select next_offset from consumer_offset');
    expect(rows).toEqual([{ next_offset: '1' }]);
  });

  it('counts once when the log delivers it again', async () => {
    const batch = batchOf(1, mismatches(3));
    await database.consume(batch);
    const before = await database.written();
    expect(await database.consume(batch)).toBeUndefined();
    expect(await database.written()).toEqual(before);
  });

  it('counts once when its validator sends it again, cut otherwise', async () => {
    const items = mismatches(6);
    await database.consume(batchOf(1, items.slice(0, 4)));
    await database.consume(batchOf(3, items.slice(2), 1));
    await database.consume(batchOf(1, items, 2));
    expect(await counts()).toEqual([6]);
  });

  it('tells of validations that were lost on the way, and goes on', async () => {
    await database.consume(batchOf(1, mismatches(1)));
    expect(await database.consume(batchOf(4, mismatches(1), 1))).toMatchObject({ missing: 2, observations: 1 });
    expect(await counts()).toEqual([2]);
  });

  it('that names no license leaves nothing', async () => {
    const detected = await database.consume(batchOf(1, [{ code: 'not_found', domain: 'x.example', at: NOON }]));
    expect(detected).toEqual({ observations: 0, missing: 0, told: [] });
    expect(await database.written()).toEqual({ findings: [], states: [], told: [] });
  });
});

describe('a crash', () => {
  it('before the commit leaves nothing, and the next delivery counts once', async () => {
    const batch = batchOf(1, mismatches(5));
    await expect(database.consume(batch, () => Promise.reject(new Error('the process ended')))).rejects.toThrow();
    expect(await database.written()).toEqual({ findings: [], states: [], told: [] });
    await database.consume(batch);
    expect(await counts()).toEqual([5]);
  });

  it('of the connection in mid-transaction does so too', async () => {
    const batch = batchOf(1, mismatches(5));
    const killed = database.consume(batch, async (transaction) => {
      const { rows } = await transaction.query<{ pid: number }>('select pg_backend_pid() as pid');
      await database.dataSource.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await transaction.query('select 1');
    });
    await expect(killed).rejects.toThrow();
    await database.consume(batch);
    expect(await counts()).toEqual([5]);
    expect((await database.written()).told).toHaveLength(2);
  });
});

describe('two processes that are given the same batch', () => {
  it('count it once', async () => {
    const batch = batchOf(1, mismatches(5));
    const outcomes = await Promise.all([database.consume(batch), database.consume(batch)]);
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
    expect(await counts()).toEqual([5]);
  });
});

/** Somebody who waits for the end of a backend's transaction. */
const WAITS_FOR = `
  select from pg_locks waiting join pg_locks held using (transactionid)
  where held.pid = $1 and held.granted and not waiting.granted`;

describe('a finding that somebody settles while a batch is under way', () => {
  it('takes in what came before, and leaves to the next one what comes after', async () => {
    await database.consume(batchOf(1, mismatches(1)));
    const settling = await database.pool.connect();
    const { rows: findings } = await settling.query<{ id: string; pid: number }>(
      'select id, pg_backend_pid() as pid from finding',
    );
    const { id = '', pid } = findings[0] ?? {};
    await settling.query('begin');
    await ownFinding(settling, LICENSE.tenant, id);
    await giveStatus(settling, id, 'resolved');
    const consumed = database.consume(batchOf(2, mismatches(2), 1));
    await waitFor(async () => (await database.pool.query(WAITS_FOR, [pid])).rowCount === 1);
    await settling.query('commit');
    settling.release();
    await consumed;
    const { rows } = await database.pool.query('select generation, status, count from finding order by generation');
    expect(rows).toEqual([
      { generation: 1, status: 'resolved', count: '1' },
      { generation: 2, status: 'open', count: '2' },
    ]);
  });
});

describe('licenses', () => {
  it('have findings of their own, and one for each rule', async () => {
    const other = { ...testLicense('b', 'ten_2'), product: 'prod_2' };
    await database.consume(
      batchOf(1, [
        mismatch(LICENSE, 'a.example', NOON),
        mismatch(other, 'a.example', NOON),
        ...granted(other, 601, NOON),
      ]),
    );
    const { findings } = await database.written();
    expect(
      findings.map((row) => {
        const { license_id, tenant_id, rule } = row as Record<string, string>;
        return [license_id, tenant_id, rule];
      }),
    ).toEqual(
      expect.arrayContaining([
        [LICENSE.license, LICENSE.tenant, 'domain_mismatch'],
        [other.license, 'ten_2', 'domain_mismatch'],
        [other.license, 'ten_2', 'burst_requests'],
      ]),
    );
    expect(findings).toHaveLength(3);
  });
});

describe('the same history', () => {
  it('writes the same rows and tells the same events however it is cut and delivered again', async () => {
    const domains = ['a.example', 'b.example', 'c.example'];
    const steps = fc.array(
      fc.record({
        domain: fc.constantFrom(...domains),
        gapMs: fc.integer({ min: 0, max: 2_000_000 }),
        burst: fc.boolean(),
      }),
      { minLength: 4, maxLength: 8 },
    );
    const lengths = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(steps, lengths, fc.integer({ min: 0, max: 9 }), async (history, cut, back) => {
        let at = NOON;
        const items = history.flatMap(({ domain, gapMs, burst }) => {
          at += gapMs;
          return [mismatch(LICENSE, domain, at), ...(burst ? granted(LICENSE, 601, at) : [])];
        });
        await database.clear();
        await database.consume(batchOf(1, items));
        const atOnce = await database.written();

        await database.clear();
        let offset = 0;
        for (let next = 0; next < items.length; offset++) {
          const last = next + (cut[offset % cut.length] ?? 1);
          const first = Math.max(0, next - back);
          await database.consume(batchOf(first + 1, items.slice(first, last), offset));
          next = last;
        }
        expect(await database.written()).toEqual(atOnce);
      }),
      { seed: 9, numRuns: 12 },
    );
  });
});
