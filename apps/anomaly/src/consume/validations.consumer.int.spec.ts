import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import { mismatch, testLicense } from '../../test/observed.js';
import { type RunningAnomaly, runAnomaly } from '../../test/running-anomaly.js';

jest.setTimeout(60_000);

const NOON = Date.parse('2026-03-02T12:00:00Z');
const LICENSES = Array.from('abcdefgh', (letter) => testLicense(letter));
const BATCHES = 12;
const DOMAINS = ['a.example', 'b.example', 'c.example'];

let anomaly: RunningAnomaly | undefined;
afterEach(() => anomaly?.close());

describe('processes that come and go', () => {
  it('count each validation once between them, and tell each thing under one id', async () => {
    const running = await runAnomaly();
    anomaly = running;
    const second = await running.another();
    const { pool } = second.context.database;
    const count = async () =>
      Number((await pool.query<{ sum: string | null }>('select sum(count) as sum from finding')).rows[0]?.sum ?? 0);

    for (let batch = 0; batch < BATCHES; batch++) {
      for (const license of LICENSES) {
        await running.observe(
          license,
          DOMAINS.map((domain) => mismatch(license, domain, NOON + batch * 1_000)),
        );
      }
      // one leaves while there is work
      if (batch === BATCHES / 2) await running.service.close();
    }
    const expected = LICENSES.length * BATCHES * DOMAINS.length;
    await waitFor(async () => (await count()) >= expected, { describe: `${expected} sightings`, timeoutMs: 30_000 });
    expect(await count()).toBe(expected);

    const { rows } = await pool.query<{ id: string; severity: string }>('select id, severity from finding');
    expect(rows.map(({ severity }) => severity)).toEqual(LICENSES.map(() => 'critical'));
    for (const { id } of rows) {
      const told = await running.told(id, 2);
      // opened as an info, critical with the third domain; whatever was told twice is the same fact
      const facts = new Map(told.map((one) => [one.id, one.data.count]));
      expect([...facts.values()]).toEqual([1, 3]);
    }
  });
});
