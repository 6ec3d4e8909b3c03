import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProductBody } from '@leasehold/contracts';
import { type AnyBody, type RunningIssuance, runIssuance } from '../../test/running-issuance.js';

let issuance: RunningIssuance;
beforeAll(async () => {
  issuance = await runIssuance();
});
afterAll(() => issuance.close());

const create = (name: string, headers: Record<string, string> = {}) =>
  issuance.call<ProductBody>('POST', '/v1/products', { body: { name }, headers });
const names = ({ data }: Pick<AnyBody, 'data'>) => data.map(({ name }) => name);

describe('POST /v1/products', () => {
  it('answers 201 with the product, which the list has from then on', async () => {
    const { status, body } = await create('Editor');
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^prod_[0-9a-z]{26}$/),
      name: 'Editor',
      createdAt: '2026-03-01T00:00:00.000Z',
    });
    const list = await issuance.call('GET', '/v1/products');
    expect(list).toMatchObject({ status: 200, body: { data: [body], nextCursor: null } });
  });

  it.each([
    ['no name', {}],
    ['an empty name', { name: '  ' }],
    ['a name that is no text', { name: 7 }],
    ['a member it does not know', { name: 'x', color: 'red' }],
  ])('refuses %s with 422', async (_what, body) => {
    expect(await issuance.call('POST', '/v1/products', { body })).toMatchObject({
      status: 422,
      body: { code: 'invalid_request' },
    });
  });
});

describe('Idempotency-Key', () => {
  it('makes one product of a request that is repeated, and answers the same bytes', async () => {
    const first = await create('Once', { 'idempotency-key': 'once-1' });
    const again = await create('Once', { 'idempotency-key': 'once-1' });
    expect(again.body).toEqual(first.body);
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const { body } = await issuance.call('GET', '/v1/products');
    expect(names(body).filter((name) => name === 'Once')).toHaveLength(1);
  });

  it('refuses another body under the same key with 422', async () => {
    await create('A', { 'idempotency-key': 'other-body' });
    expect(await create('B', { 'idempotency-key': 'other-body' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
  });

  it('has its answer in the transaction of the product: a crash right after the commit repeats nothing', async () => {
    const { pool } = issuance.service.context.database;
    await create('Crashed', { 'idempotency-key': 'crash' });
    // what the pipeline does after the commit never touches a finished row: the answer is there already
    const { rows } = await pool.query<{ answered: boolean; with_product: boolean }>(
      `select i.answer is not null as answered, i.xmin = p.xmin as with_product
       from idempotency i, product p where p.name = 'Crashed' order by i.claimed_at desc, i.ctid desc`,
    );
    expect(rows).toContainEqual({ answered: true, with_product: true });
  });
});

describe('GET /v1/products', () => {
  it('pages newest first, without holes or repetitions while products come', async () => {
    for (let number = 0; number < 7; number++) await create(`Page ${number}`);
    const seen: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: AnyBody } = await issuance.call(
        'GET',
        `/v1/products?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...body.data.map(({ id }) => id));
      cursor = body.nextCursor;
      issuance.clock.advance(1);
      if (seen.length === 3) await create('In between');
    }
    const all = await issuance.call('GET', '/v1/products?limit=100');
    expect(new Set(seen).size).toBe(seen.length);
    expect(all.body.data.filter(({ name }) => name !== 'In between').map(({ id }) => id)).toEqual(seen);
    expect(await issuance.call('GET', '/v1/products?limit=101')).toMatchObject({ status: 422 });
  });

  it('sorts what comes later above what came before', async () => {
    issuance.clock.advance(1);
    await create('Newest');
    const { body } = await issuance.call('GET', '/v1/products?limit=1');
    expect(names(body)).toEqual(['Newest']);
  });
});
