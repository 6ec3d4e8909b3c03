import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningIssuance, runIssuance } from '../../test/running-issuance.js';
import type { CreatedTenant } from './create-tenant.js';

let issuance: RunningIssuance;
let operator: string;
beforeAll(async () => {
  issuance = await runIssuance();
  operator = issuance.keys.operatorKey;
});
afterAll(() => issuance.close());

const create = (name: string, headers: Record<string, string> = {}) =>
  issuance.call<CreatedTenant>('POST', '/v1/tenants', { key: operator, body: { name }, headers });

describe('POST /v1/tenants', () => {
  it('makes a tenant that can work at once: keys of both kinds and a signing key', async () => {
    const { status, body } = await create('Acme');
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'Acme', createdAt: '2026-03-01T00:00:00.000Z' });
    const product = await issuance.call('POST', '/v1/products', { key: body.secretKey, body: { name: 'x' } });
    expect(product.status).toBe(201);
    const refused = await issuance.call('GET', '/v1/products', { key: body.publishableKey });
    expect(refused).toMatchObject({ status: 403, body: { code: 'secret_key_required' } });
    const keys = await issuance.call('GET', '/v1/signing-keys', { key: body.secretKey });
    expect(keys.body.data.map(({ purpose, status: state }) => [purpose, state]).sort()).toEqual([
      ['license', 'active'],
      ['receipt', 'active'],
    ]);
  });

  it('shows the keys again to the same request, and to no other', async () => {
    const first = await create('Repeated', { 'idempotency-key': 't-1' });
    const again = await create('Repeated', { 'idempotency-key': 't-1' });
    expect(again.body).toEqual(first.body);
    const list = await issuance.call('GET', '/v1/tenants', { key: operator });
    expect(JSON.stringify(list.body)).not.toContain(first.body.secretKey);
  });

  it('is for the operator only', async () => {
    const answer = await issuance.call('POST', '/v1/tenants', { body: { name: 'mine' } });
    expect(answer).toMatchObject({ status: 403, body: { code: 'operator_key_required' } });
  });

  it('refuses a tenant without a name with 422', async () => {
    expect(await create('')).toMatchObject({ status: 422 });
  });
});

describe('GET /v1/tenants', () => {
  it('lists all tenants, the one of the first start among them', async () => {
    const { body } = await issuance.call('GET', '/v1/tenants?limit=100', { key: operator });
    expect(body.data.map(({ id }) => id)).toContain(issuance.keys.tenantId);
    expect(body.data).toContainEqual({
      id: issuance.keys.tenantId,
      name: 'default',
      createdAt: '2026-03-01T00:00:00.000Z',
    });
  });
});

describe('tenants', () => {
  it('never meet: what one has is not in the lists of another, nor reached by its id', async () => {
    const [first, second] = [await create('One'), await create('Two')];
    const key = first.body.secretKey;
    const product = await issuance.call('POST', '/v1/products', { key, body: { name: 'secret' } });
    const plan = await issuance.call('POST', '/v1/plans', { key, body: { productId: product.body.id, name: 'p' } });
    const apiKey = await issuance.call('POST', '/v1/api-keys', { key, body: { name: 'k', kind: 'secret' } });
    const other = second.body.secretKey;

    for (const path of ['/v1/products', '/v1/plans', '/v1/api-keys', '/v1/signing-keys']) {
      const mine = await issuance.call('GET', path, { key });
      const theirs = await issuance.call('GET', path, { key: other });
      const shared = theirs.body.data.filter((item) =>
        mine.body.data.some(({ id, kid }) => (id ?? kid) === (item['id'] ?? item['kid'])),
      );
      expect([path, shared.filter(({ purpose }) => purpose !== 'receipt')]).toEqual([path, []]);
    }
    const productId = product.body.id;
    expect(plan.status).toBe(201);
    const attempts = [
      issuance.call('POST', '/v1/plans', { key: other, body: { productId, name: 'p' } }),
      issuance.call('GET', `/v1/plans?productId=${productId}`, { key: other }),
      issuance.call('DELETE', `/v1/api-keys/${apiKey.body.id}`, { key: other }),
    ];
    for (const { status } of await Promise.all(attempts)) expect(status).toBe(404);
    expect(await issuance.call('GET', '/v1/products', { key: String(apiKey.body['key']) })).toMatchObject({
      status: 200,
    });
  });
});
