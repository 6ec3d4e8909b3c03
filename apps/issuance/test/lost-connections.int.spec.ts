import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ProductBody } from '@leasehold/contracts';
import { seededRandom } from '@leasehold/testing';
import pg from 'pg';
import { type RunningIssuance, runIssuance } from './running-issuance.js';

let issuance: RunningIssuance;
let owner: pg.Client;
beforeAll(async () => {
  issuance = await runIssuance();
  owner = new pg.Client({ connectionString: issuance.database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await issuance.close();
});

const PRODUCTS = 120;
const IN_FLIGHT_MS = 60_000;

/** Repeats a request as a client should: the same key, until there is an answer. */
async function createForCertain(name: string): Promise<ProductBody> {
  const request = { body: { name }, headers: { 'idempotency-key': `create ${name}` } };
  for (;;) {
    const { status, body } = await issuance.call<ProductBody & { code?: string }>('POST', '/v1/products', request);
    if (status === 201) return body;
    expect([status, body.code]).toEqual(status === 409 ? [409, 'idempotency_in_flight'] : [503, 'service_unavailable']);
    // a request that died holds its key for a minute
    if (status === 409) issuance.clock.advance(IN_FLIGHT_MS);
  }
}

it('database connections that die under writes lose nothing acknowledged and make nothing twice', async () => {
  const random = seededRandom();
  let working = true;
  const cutting = (async () => {
    let cuts = 0;
    while (working) {
      const { rowCount } = await owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and random() < $1`,
        [random.next() / 2],
      );
      cuts += rowCount ?? 0;
    }
    return cuts;
  })();
  const names = Array.from({ length: PRODUCTS }, (_none, number) => `Product ${number}`);
  const answered: ProductBody[] = [];
  const queue = [...names];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        answered.push(await createForCertain(name));
      }
    }),
  );
  working = false;
  expect(await cutting).toBeGreaterThan(20);

  const { rows } = await owner.query<{ id: string; name: string; recorded: string }>(
    `select p.id, p.name, count(e.*) as recorded
     from leasehold_issuance.product p left join leasehold_issuance.events e on e.stream_id = 'product-' || p.id
     group by p.id, p.name`,
  );
  expect(rows.map(({ name }) => name).sort()).toEqual([...names].sort());
  expect(rows.every(({ recorded }) => recorded === '1')).toBe(true);
  expect(answered.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id).sort());
}, 60_000);
