import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@leasehold/testing';
import { localKeyEncryptionKey } from '@leasehold/tokens';
import pg from 'pg';
import { Idempotency } from '../../src/http/idempotency.js';
import type { IdempotencyEntry, IdempotencyRow } from '../../src/http/idempotency-entry.js';
import { idempotencyMigrationSql } from '../../src/http/idempotency-table.js';
import { ProblemError } from '../../src/http/problem-error.js';
import { countingRandom, KEYS, type PipelineApp, send, startPipelineApp, Workshop } from './pipeline-app.js';

const HOUR_MS = 3_600_000;

let database: TestDatabase;
let pool: pg.Pool;
let service: PipelineApp;
let idempotency: Idempotency;
const random = countingRandom();
const keyEncryptionKey = localKeyEncryptionKey(random(32), random);
const clock = { ms: Date.parse('2026-03-01T00:00:00Z'), now: () => clock.ms };
const faults: unknown[] = [];

const makeIdempotency = (connections: Pick<pg.Pool, 'query'>): Idempotency =>
  new Idempotency({
    pool: connections,
    clock,
    random,
    keyEncryptionKey,
    logger: { error: (fields: unknown) => void faults.push(fields) },
  });

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 8 });
  await pool.query(idempotencyMigrationSql());
  await pool.query('create table boxes (name text not null)');
  idempotency = makeIdempotency(pool);
  service = await startPipelineApp(idempotency);
});
afterAll(async () => {
  await service.close();
  await pool.end();
  await database.drop();
});
afterEach(async () => {
  Object.assign(service.workshop, new Workshop());
  faults.length = 0;
  await pool.query('delete from idempotency');
});

const create = (key: string, body: unknown = { name: 'a' }, headers: Readonly<Record<string, string>> = {}) =>
  send(`${service.url}/v1/boxes`, 'POST', body, { 'idempotency-key': key, ...headers });

const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code;

/** Writes a finished row as the event store's row writer does: by both columns of the key. */
const update = async (client: Pick<pg.ClientBase, 'query'>, row: IdempotencyRow | undefined): Promise<void> => {
  if (row === undefined) return;
  const { id, claim, answer } = row.row;
  const { rowCount } = await client.query('update idempotency set answer = $3 where (id, claim) = ($1, $2)', [
    id,
    claim,
    answer,
  ]);
  if (rowCount !== 1) throw new Error('no such row in "idempotency"');
};

/** A use case: its effect and the finished row in one transaction. */
const inTransaction = async (entry: IdempotencyEntry, body: unknown): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('insert into boxes (name) values ($1)', [JSON.stringify(body)]);
    await update(client, await entry.rowFor(201, body, { ETag: '"1"' }));
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
};

describe('the same key and body', () => {
  it('get the first answer again, with its status and headers, and nothing happens twice', async () => {
    const first = await create('k1');
    const again = await create('k1');
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    for (const name of ['etag', 'location', 'content-type']) {
      expect(again.headers.get(name)).toBe(first.headers.get(name));
    }
    expect([again.status, await again.text()]).toEqual([first.status, await first.text()]);
    expect(service.workshop.made).toBe(1);
  });

  it('need not have their members in the same order', async () => {
    await create('k1', { name: 'a', inner: { deep: 'x' }, size: 1 });
    const again = await create('k1', '{ "size": 1, "inner": {"deep":"x"}, "tags": null, "name": "a" }');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('get an answer without a body again', async () => {
    const remove = () => send(`${service.url}/v1/boxes/box_0001`, 'DELETE', undefined, { 'idempotency-key': 'k1' });
    const answers = [await remove(), await remove()];
    expect(answers.map((response) => response.status)).toEqual([204, 204]);
    expect(answers[1]?.headers.get('idempotency-replayed')).toBe('true');
    expect(service.workshop.made).toBe(1);
  });

  it('get a refusal of the handler again', async () => {
    service.workshop.fault = new ProblemError('license.domain_limit');
    const first = await create('k1');
    service.workshop.fault = undefined;
    const again = await create('k1');
    expect([again.status, await again.text()]).toEqual([409, await first.text()]);
    expect(again.headers.get('content-type')).toBe('application/problem+json');
  });

  it('get it for all of 24 hours', async () => {
    await create('k1');
    clock.ms += 24 * HOUR_MS - 1;
    expect((await create('k1')).headers.get('idempotency-replayed')).toBe('true');
    expect(service.workshop.made).toBe(1);
  });

  it('get it whatever else is in the headers, under an id of their own', async () => {
    await create('k1', { name: 'a' }, { 'x-request-id': 'first' });
    const again = await create('k1', { name: 'a' }, { 'x-request-id': 'second', accept: 'text/html' });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('x-request-id')).toBe('second');
  });

  it('are carried out anew after 24 hours, and that answer is kept then', async () => {
    await create('k1');
    clock.ms += 24 * HOUR_MS;
    expect((await create('k1')).headers.get('idempotency-replayed')).toBeNull();
    expect(service.workshop.made).toBe(2);
    expect(await (await create('k1')).json()).toMatchObject({ made: 2 });
    expect(service.workshop.made).toBe(2);
  });
});

describe('a key', () => {
  it('with another body is refused', async () => {
    await create('k1');
    const other = await create('k1', { name: 'b' });
    expect([other.status, await codeOf(other)]).toEqual([422, 'idempotency_key_reused']);
    expect(service.workshop.made).toBe(1);
  });

  it('with another address is refused', async () => {
    const remove = (id: string) =>
      send(`${service.url}/v1/boxes/${id}`, 'DELETE', undefined, { 'idempotency-key': 'k1' });
    expect((await remove('box_0001')).status).toBe(204);
    const other = await remove('box_0002');
    expect([other.status, await codeOf(other)]).toEqual([422, 'idempotency_key_reused']);
  });

  it('belongs to one API key', async () => {
    await create('k1');
    const other = await create('k1', { name: 'b' }, { authorization: 'Bearer lh_sk_other' });
    expect(other.status).toBe(201);
  });

  it('stays unused by a request that never got to its handler', async () => {
    expect((await create('k1', { name: '' })).status).toBe(422);
    expect((await create('k1', { name: 'a' }, { authorization: 'Bearer lh_sk_reads' })).status).toBe(403);
    expect((await create('k1', { name: 'a' })).status).toBe(201);
  });

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(256)],
    ['not ASCII', 'a\u00e9'],
    ['a tab within', 'a\tb'],
  ])('that is %s is an invalid header', async (_name, key) => {
    const response = await create(key);
    expect([response.status, await codeOf(response)]).toEqual([400, 'invalid_header']);
  });

  it.each(['!', '~', 'a b', 'x'.repeat(255), '"quoted"', '01JD3MZK-4QF8'])('may be %j', async (key) => {
    expect((await create(key)).status).toBe(201);
    expect((await create(key)).headers.get('idempotency-replayed')).toBe('true');
  });

  it('is told apart by capital letters, and by every character to the last', async () => {
    for (const key of ['key', 'Key', 'key ', `${'x'.repeat(254)}a`, `${'x'.repeat(254)}b`]) await create(key);
    expect(service.workshop.made).toBe(4); // blanks around a header are not part of it
  });

  it('does nothing on a route that does not take it', async () => {
    const read = () => send(`${service.url}/v1/boxes/box_0001`, 'GET', undefined, { 'idempotency-key': 'k1' });
    for (const response of [await read(), await read()]) {
      expect([response.status, response.headers.get('idempotency-replayed')]).toEqual([200, null]);
    }
    expect((await pool.query('select 1 from idempotency')).rowCount).toBe(0);
  });

  it.each(['internal_error', 'service_unavailable', 'license.version_conflict', 'rate_limited'] as const)(
    'is free again after %s, since that may go otherwise next time',
    async (code) => {
      service.workshop.fault = new ProblemError(code);
      expect(await codeOf(await create('k1'))).toBe(code);
      service.workshop.fault = undefined;
      expect((await create('k1')).status).toBe(201);
    },
  );
});

describe('in flight', () => {
  const halt = () => {
    let proceed: () => void = () => undefined;
    service.workshop.gate = new Promise<void>((resolve) => (proceed = resolve));
    return () => proceed();
  };

  it('of fifty at once one is carried out, and the others are told to wait', async () => {
    const proceed = halt();
    const pending = Array.from({ length: 50 }, () => create('k1'));
    await allButOne(pending);
    proceed();
    const statuses = (await Promise.all(pending)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(49);
    expect(service.workshop.made).toBe(1);
  });

  it('another request is told how long to wait, and after 60 s the key is free', async () => {
    // a server that died: its reservation is never settled
    await idempotency.reserve({
      caller: callerOf('lh_sk_all'),
      key: 'k1',
      target: 'POST /v1/boxes',
      body: { name: 'a' },
    });
    clock.ms += 59_999;
    expect((await create('k1')).headers.get('retry-after')).toBe('1');
    clock.ms -= 39_999;
    const waiting = await create('k1');
    expect([waiting.status, await codeOf(waiting)]).toEqual([409, 'idempotency_in_flight']);
    expect(waiting.headers.get('retry-after')).toBe('40');
    clock.ms += 40_000;
    expect((await create('k1')).status).toBe(201);
  });

  it('a request that lost its key to another can neither commit nor overwrite the answer', async () => {
    const proceed = halt();
    let taken: Promise<void> = Promise.resolve();
    const lost = new Promise<IdempotencyEntry>((resolve) => {
      service.workshop.finish = (entry, body) => {
        resolve(entry);
        return (taken = inTransaction(entry, body));
      };
    });
    const slow = create('k1');
    await reserved();
    clock.ms += 60_000;
    const second = await idempotency.reserve({
      caller: callerOf('lh_sk_all'),
      key: 'k1',
      target: 'POST /v1/boxes',
      body: { name: 'a' },
    });
    if (second.kind !== 'reserved') throw new Error('expected to take the key over');
    await second.entry.settle({ status: 201, headers: {}, body: '"second"' });
    proceed();
    await lost;
    await expect(taken).rejects.toThrow('no such row');
    expect((await slow).status).toBe(500);
    expect(await (await create('k1')).text()).toBe('"second"');
    expect((await pool.query('select * from boxes')).rowCount).toBe(0);
  });
});

describe('a use case that finishes the row in its own transaction', () => {
  it('gives the same answer again after a crash between commit and answer', async () => {
    const request = { caller: callerOf('lh_sk_all'), key: 'k1', target: 'POST /v1/boxes', body: { name: 'a' } };
    const first = await idempotency.reserve(request);
    if (first.kind !== 'reserved') throw new Error('expected a free key');
    await inTransaction(first.entry, { id: 'box_0001' });
    // the process ends here: nothing settles the entry; another one answers the repetition
    const again = await create('k1');
    expect([again.status, await again.json()]).toEqual([201, { id: 'box_0001' }]);
    expect(again.headers.get('etag')).toBe('"1"');
    expect(again.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(service.workshop.made).toBe(0);
  });

  it('gives the same answer as the first', async () => {
    service.workshop.finish = async (entry, body) =>
      update(pool, await entry.rowFor(201, body, { ETag: '"1"', Location: '/v1/boxes/box_0001' }));
    const first = await create('k1');
    const again = await create('k1');
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect([again.status, await again.text()]).toEqual([first.status, await first.text()]);
  });

  it('keeps the refusal when the transaction is rolled back', async () => {
    service.workshop.finish = async (entry, body) => {
      await entry.rowFor(201, body);
      throw new ProblemError('license.domain_limit');
    };
    expect((await create('k1')).status).toBe(409);
    service.workshop.finish = undefined;
    expect((await create('k1')).headers.get('idempotency-replayed')).toBe('true');
  });

  it('has no row to write for a request without a key', async () => {
    const rows: unknown[] = [];
    service.workshop.finish = async (entry, body) => void rows.push(await entry.rowFor(201, body));
    await send(`${service.url}/v1/boxes`, 'POST', { name: 'a' });
    expect(rows).toEqual([undefined]);
  });
});

it('an answer is for the tenant whose it is: ciphertext moved to another row is not given out', async () => {
  const theirs = () => create('theirs', { name: 'a' }, { authorization: 'Bearer lh_sk_other' });
  await create('mine');
  await theirs();
  await pool.query('update idempotency one set answer = other.answer from idempotency other where one.id < other.id');
  expect([await create('mine'), await theirs()].map(({ status }) => status).sort()).toEqual([201, 500]);
});

it('keys and answers are not readable in the database', async () => {
  await create('very-own-key', { name: 'lh_sk_very_secret' });
  const { rows } = await pool.query('select * from idempotency');
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toMatch(/very-own-key|very_secret/);
});

it('an answer that cannot be kept is given all the same, and logged', async () => {
  let statements = 0;
  const failing = makeIdempotency({
    // the reservation works, what comes after does not
    query: ((...args: [string, unknown[]]) =>
      ++statements === 1 ? pool.query(...args) : Promise.reject(new Error('gone'))) as pg.Pool['query'],
  });
  const outcome = await failing.reserve({ caller: callerOf('lh_sk_all'), key: 'k1', target: 'POST /x', body: 1 });
  if (outcome.kind !== 'reserved') throw new Error('expected a free key');
  await outcome.entry.settle({ status: 201, headers: {}, body: '{}' });
  expect(faults).toHaveLength(1);
});

describe('old rows', () => {
  const count = async () =>
    Number((await pool.query<{ count: string }>('select count(*) from idempotency')).rows[0]?.count);
  const fill = (rows: number, age: string) =>
    pool.query(
      `insert into idempotency (id, claim, fingerprint, claimed_at)
       select $1 || n, '', '', $2::timestamptz - $3::interval from generate_series(1, $4) n`,
      [`${age}-`, new Date(clock.ms), age, rows],
    );

  it('are deleted so many at a time, and younger ones stay', async () => {
    await fill(10, '25 hours');
    await fill(5, '23 hours');
    expect(await idempotency.purge(7)).toBe(7);
    expect(await idempotency.purge(7)).toBe(3);
    expect(await count()).toBe(5);
  });

  it('go away by themselves while keys are used', async () => {
    await fill(100, '25 hours');
    for (let n = 0; n < 64; n += 1) await create(`k${n}`);
    // the next purge waits for the one in the background, if that still runs
    await expect(settled(() => count().then((rows) => rows === 64))).resolves.toBe(true);
  });
});

const callerOf = (key: string) => {
  const caller = KEYS[key];
  if (caller === undefined) throw new Error(`no such test key: ${key}`);
  return caller;
};

/** Looks until the condition holds; the test's own timeout ends it. */
const settled = async (condition: () => Promise<boolean>): Promise<boolean> => {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
  return true;
};

/** Resolves once a request holds a key. */
const reserved = (): Promise<boolean> =>
  settled(async () => (await pool.query('select 1 from idempotency')).rowCount === 1);

/** Resolves once all but one of the answers are there. */
const allButOne = (pending: readonly Promise<Response>[]): Promise<void> =>
  new Promise((resolve, reject) => {
    let answered = 0;
    const count = () => {
      answered += 1;
      if (answered === pending.length - 1) resolve();
    };
    for (const one of pending) one.then(count, reject);
  });
