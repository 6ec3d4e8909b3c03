import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogRoutes, keyRoutes, type RouteDefinition } from '@leasehold/contracts';
import { type RunningIssuance, runIssuance } from './running-issuance.js';

let issuance: RunningIssuance;
let bodies: Readonly<Record<string, object>>;
beforeAll(async () => {
  issuance = await runIssuance();
  const product = await issuance.call('POST', '/v1/products', { body: { name: 'Editor' } });
  bodies = {
    createTenant: { name: 'Acme' },
    createApiKey: { name: 'ci', kind: 'secret' },
    rotateSigningKey: { activate: 'now' },
    createProduct: { name: 'Viewer' },
    createPlan: { productId: product.body.id, name: 'basic' },
  };
});
afterAll(() => issuance.close());

const CREATING: readonly RouteDefinition[] = [...Object.values(keyRoutes), ...Object.values(catalogRoutes)].filter(
  ({ method }) => method === 'POST',
);
const named = CREATING.map((route) => [route.operationId, route] as const);
const keyFor = ({ access }: RouteDefinition) =>
  access.kind === 'operator' ? issuance.keys.operatorKey : issuance.keys.secretKey;
const send = (route: RouteDefinition, idempotencyKey: string, body = bodies[route.operationId]) =>
  issuance.call(route.method, route.path, {
    key: keyFor(route),
    body,
    headers: { 'idempotency-key': idempotencyKey },
  });
const events = async (): Promise<number> =>
  Number(
    (await issuance.service.context.database.pool.query<{ n: string }>('select count(*) as n from events')).rows[0]?.n,
  );

describe('a creation that is repeated with its Idempotency-Key', () => {
  it.each(named)('%s happens once and is answered twice', async (name, route) => {
    const first = await send(route, `twice-${name}`);
    expect(first.status).toBe(201);
    const before = await events();
    const again = await send(route, `twice-${name}`);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(await events()).toBe(before);
  });

  it.each(named)('%s happens once among many at the same time', async (name, route) => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(route, `crowd-${name}`)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
    const made = answers.filter(({ status }) => status === 201).map(({ body }) => JSON.stringify(body));
    expect(new Set(made).size).toBe(1);
  });

  it.each(named)('%s is another request with another body', async (name, route) => {
    await send(route, `other-${name}`);
    const other = { ...bodies[name], name: 'something else', activate: undefined };
    const { name: _name, ...withoutName } = other;
    const body = name === 'rotateSigningKey' ? { ...withoutName, purpose: 'license' } : other;
    expect(await send(route, `other-${name}`, body)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
  });

  it('is another request from another tenant', async () => {
    const tenant = await issuance.call('POST', '/v1/tenants', {
      key: issuance.keys.operatorKey,
      body: { name: 'other' },
    });
    const headers = { 'idempotency-key': 'shared' };
    const body = { name: 'Same words' };
    const mine = await issuance.call('POST', '/v1/products', { body, headers });
    const key = String(tenant.body['secretKey']);
    const theirs = await issuance.call('POST', '/v1/products', { key, body, headers });
    expect(theirs.status).toBe(201);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it('keeps a refusal too, so that what was refused is not done later under the key', async () => {
    const route = keyRoutes.rotateSigningKey;
    await send(route, 'first-scheduled', {});
    const refused = await send(route, 'second-scheduled', {});
    expect(refused).toMatchObject({ status: 409, body: { code: 'signing_key.rotation_pending' } });
    expect(await send(route, 'second-scheduled', {})).toMatchObject({ status: 409, body: refused.body });
  });
});
