import { afterEach, expect, it, jest } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import { mismatch, testLicense } from '../../test/observed.js';
import { type RunningAnomaly, runAnomaly } from '../../test/running-anomaly.js';

const LICENSE = testLicense('a');

jest.setTimeout(60_000);

let anomaly: RunningAnomaly | undefined;
afterEach(() => anomaly?.close());

it('what a validator’s boot is known by goes 36 days after its last word, what was found stays', async () => {
  const now = Date.now();
  anomaly = await runAnomaly({ now: () => now });
  const { pool } = anomaly.service.context.database;
  await anomaly.observe(LICENSE, [mismatch(LICENSE, 'pirate.example', now)]);
  const finding = await anomaly.finding(LICENSE, 1);
  await pool.query(
    `insert into producer_sequence (boot, partition, acked, seen_at)
     select days::text, 0, 1, to_timestamp($1::float8 / 1000) - days * interval '1 day' from unnest('{35,37,38}'::int[]) as days`,
    [now],
  );
  await anomaly.another();
  const boots = async () =>
    (await pool.query<{ boot: string }>('select boot from producer_sequence order by boot')).rows;
  const left = await waitFor(async () => (await boots()).length < 4 && boots(), { describe: 'boots to be forgotten' });
  expect(left).toEqual([{ boot: '35' }, { boot: 'boot-1' }]);
  expect((await anomaly.call('GET', `/v1/anomalies/${finding.id}`)).body).toEqual(finding);
});
