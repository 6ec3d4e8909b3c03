import { expect, it } from '@jest/globals';
import { aLicense, licenseId } from '../../test/licenses.js';
import { batchOf, calls } from '../../test/log-records.js';
import { meteringDatabase } from '../../test/metering-database.js';
import { forgetOldUsage } from './forget-old-usage.js';

const DAY_MS = 86_400_000;
const database = meteringDatabase();
const left = async (table: string): Promise<number> =>
  (await database.pool.query(`SELECT FROM ${table}`)).rowCount ?? 0;

it('what guards against counting twice is kept for 36 days, what was counted for ever', async () => {
  const now = Date.now();
  await database.heard(aLicense());
  await database.counted(batchOf('old', 1, calls(licenseId(1), 1)), batchOf('new', 1, calls(licenseId(1), 1)));
  await database.pool.query("UPDATE producer_sequence SET seen_at = now() - interval '37 days' WHERE boot = 'old'");
  await database.pool.query(
    `INSERT INTO posted_event SELECT 'ten', decode(md5(n::text), 'hex'), '', to_timestamp($1::float8 / 1000) - n * interval '1 day'
     FROM generate_series(1, 50) AS n`,
    [now],
  );
  await forgetOldUsage(database.pool, now - DAY_MS / 2);
  expect(await left('posted_event')).toBe(36);
  expect(await left('producer_sequence')).toBe(1);
  expect(await database.periods()).toMatchObject([{ quantity: 2 }]);
});
