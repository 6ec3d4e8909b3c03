import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiKeyBody, SCOPES } from '@leasehold/contracts';
import { AUTHENTICATOR, type Authenticator } from '@leasehold/runtime';
import { checkApiKey, generateApiKey } from '@leasehold/tokens';
import { randomBytes } from 'node:crypto';
import { type RunningIssuance, runIssuance } from '../../test/running-issuance.js';
import type { CreatedApiKey } from './create-api-key.js';

let issuance: RunningIssuance;
beforeAll(async () => {
  issuance = await runIssuance();
});
afterAll(() => issuance.close());

const create = (body: object, key?: string) =>
  issuance.call<CreatedApiKey & { readonly code?: string }>('POST', '/v1/api-keys', { body, key });
const list = async () => (await issuance.call<{ data: ApiKeyBody[] }>('GET', '/v1/api-keys?limit=100')).body.data;
const products = (key: string) => issuance.call('GET', '/v1/products', { key });

describe('POST /v1/api-keys', () => {
  it('shows the key once, and a hint from then on', async () => {
    const { status, body } = await create({ name: 'ci', kind: 'secret', scopes: ['products:read'] });
    expect(status).toBe(201);
    const { key, ...shown } = body;
    expect(checkApiKey(key)).toEqual({ kind: 'secret' });
    expect(shown).toMatchObject({ name: 'ci', kind: 'secret', scopes: ['products:read'], rate: null });
    expect(shown.hint).toBe(`lh_sk_…${key.slice(-4)}`);
    expect(await list()).toContainEqual(shown);
    expect(JSON.stringify(await list())).not.toContain(key);
    expect(await products(key)).toMatchObject({ status: 200 });
  });

  it('keeps no key in the clear, neither in rows nor in events', async () => {
    const { body } = await create({ name: 'hashed', kind: 'secret' });
    const { pool } = issuance.service.context.database;
    const { rows } = await pool.query<{ text: string }>(
      `select t::text as text from api_key t union all select e::text from events e union all select b::text from bootstrap b`,
    );
    const everything = rows.map(({ text }) => text).join('\n');
    expect(everything).not.toContain(body.key);
    expect(everything).not.toContain(issuance.keys.secretKey);
    expect(everything).not.toContain(issuance.keys.operatorKey);
  });

  it('gives all the scopes of the creating key when none are named, and its own rate', async () => {
    const { body } = await create({ name: 'all', kind: 'secret', rate: { perSecond: 5, burst: 10 } });
    expect(body).toMatchObject({ scopes: SCOPES, rate: { perSecond: 5, burst: 10 } });
    const narrow = await create({ name: 'narrow', kind: 'secret', scopes: ['api-keys:write', 'plans:read'] });
    const heir = await create({ name: 'heir', kind: 'secret' }, narrow.body.key);
    expect(heir.body.scopes).toEqual(['plans:read', 'api-keys:write']);
  });

  it('gives a publishable key no scopes, and refuses them', async () => {
    const { body } = await create({ name: 'shipped', kind: 'publishable' });
    expect(body.scopes).toEqual([]);
    const publishable = (await list()).filter(({ kind }) => kind === 'publishable');
    // both may be of one millisecond, in which the order is the ids'
    const scopesByName = Object.fromEntries(publishable.map(({ name, scopes }) => [name, scopes]));
    expect(scopesByName).toEqual({ shipped: [], default: [] });
    expect(await create({ name: 'greedy', kind: 'publishable', scopes: ['products:read'] })).toMatchObject({
      status: 422,
      body: { code: 'invalid_request', errors: [{ pointer: '/scopes', message: 'a publishable key has no scopes' }] },
    });
  });

  it('refuses a scope that the creating key does not have', async () => {
    const narrow = await create({ name: 'narrow', kind: 'secret', scopes: ['api-keys:write'] });
    const greedy = await create({ name: 'greedy', kind: 'secret', scopes: ['licenses:write'] }, narrow.body.key);
    expect(greedy).toMatchObject({ status: 403, body: { code: 'api_key.scope_not_held' } });
  });

  it.each([
    ['no scope at all', { name: 'x', kind: 'secret', scopes: [] }],
    ['a scope that does not exist', { name: 'x', kind: 'secret', scopes: ['tenants:write'] }],
    ['a kind that tenants do not have', { name: 'x', kind: 'operator' }],
    ['a rate of nothing', { name: 'x', kind: 'secret', rate: { perSecond: 0, burst: 1 } }],
  ])('refuses %s with 422', async (_what, body) => {
    expect(await create(body)).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });

  it('answers a repeated request with the same key, which is nowhere in the clear meanwhile', async () => {
    const request = { body: { name: 'once', kind: 'secret' }, headers: { 'idempotency-key': 'key-once' } };
    const first = await issuance.call<CreatedApiKey>('POST', '/v1/api-keys', request);
    const again = await issuance.call<CreatedApiKey>('POST', '/v1/api-keys', request);
    expect(again.body).toEqual(first.body);
    const { rows } = await issuance.service.context.database.pool.query<{ answer: string }>(
      'select answer from idempotency',
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { answer } of rows) expect(answer).not.toContain(first.body.key);
  });
});

describe('DELETE /v1/api-keys/{id}', () => {
  it('makes the key good for nothing at once, though it was used a moment before', async () => {
    const { body } = await create({ name: 'leaked', kind: 'secret' });
    expect(await products(body.key)).toMatchObject({ status: 200 });
    expect(await issuance.call('DELETE', `/v1/api-keys/${body.id}`)).toMatchObject({ status: 204, body: undefined });
    expect(await products(body.key)).toMatchObject({ status: 401, body: { code: 'invalid_api_key' } });
    expect((await list()).map(({ id }) => id)).not.toContain(body.id);
  });

  it('answers 404 the second time, and for the operator key', async () => {
    const { body } = await create({ name: 'twice', kind: 'secret' });
    await issuance.call('DELETE', `/v1/api-keys/${body.id}`);
    const second = await issuance.call('DELETE', `/v1/api-keys/${body.id}`);
    expect(second).toMatchObject({ status: 404, body: { code: 'api_key.not_found' } });
    const { rows } = await issuance.service.context.database.pool.query<{ id: string }>(
      `select id from api_key where kind = 'operator'`,
    );
    const operator = await issuance.call('DELETE', `/v1/api-keys/${rows[0]?.id ?? ''}`);
    expect(operator).toMatchObject({ status: 404 });
    expect(await issuance.call('GET', '/v1/tenants', { key: issuance.keys.operatorKey })).toMatchObject({
      status: 200,
    });
  });

  it('is recorded once when many delete it at once', async () => {
    const { body } = await create({ name: 'crowd', kind: 'secret' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => issuance.call('DELETE', `/v1/api-keys/${body.id}`)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404, 404, 404, 404, 404]);
  });

  it('answers 204 again to the same request', async () => {
    const { body } = await create({ name: 'again', kind: 'publishable' });
    const headers = { 'idempotency-key': 'delete-again' };
    expect(await issuance.call('DELETE', `/v1/api-keys/${body.id}`, { headers })).toMatchObject({ status: 204 });
    expect(await issuance.call('DELETE', `/v1/api-keys/${body.id}`, { headers })).toMatchObject({ status: 204 });
  });
});

describe('the authenticator', () => {
  it('knows a key that another process has made, and forgets one that it has deleted within a second', async () => {
    const other = await issuance.another();
    const authenticator = other.app.get<Authenticator>(AUTHENTICATOR, { strict: false });
    const { body } = await create({ name: 'elsewhere', kind: 'secret' });
    expect(await authenticator.authenticate(body.key)).toMatchObject({ apiKeyId: body.id, kind: 'secret' });
    await issuance.call('DELETE', `/v1/api-keys/${body.id}`);
    issuance.clock.advance(1_000);
    expect(await authenticator.authenticate(body.key)).toBeUndefined();
  });

  it('finds a key that was asked for before it was there', async () => {
    const authenticator = issuance.service.app.get<Authenticator>(AUTHENTICATOR, { strict: false });
    expect(await authenticator.authenticate(generateApiKey('secret', randomBytes))).toBeUndefined();
    const { body } = await create({ name: 'new', kind: 'publishable', rate: { perSecond: 1, burst: 2 } });
    expect(await authenticator.authenticate(body.key)).toEqual({
      kind: 'publishable',
      tenantId: issuance.keys.tenantId,
      apiKeyId: body.id,
      scopes: [],
      rate: { perSecond: 1, burst: 2 },
    });
    expect(await authenticator.authenticate(`${body.key.slice(0, -1)}!`)).toBeUndefined();
  });
});
