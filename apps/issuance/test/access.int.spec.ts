import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogRoutes, keyRoutes, type RouteDefinition, SCOPES } from '@leasehold/contracts';
import { generateApiKey } from '@leasehold/tokens';
import { randomBytes } from 'node:crypto';
import { type RunningIssuance, runIssuance } from './running-issuance.js';

let issuance: RunningIssuance;
beforeAll(async () => {
  issuance = await runIssuance();
});
afterAll(() => issuance.close());

const ROUTES: readonly RouteDefinition[] = [...Object.values(keyRoutes), ...Object.values(catalogRoutes)];
const named = (routes: readonly RouteDefinition[]) => routes.map((route) => [route.operationId, route] as const);
const pathOf = ({ path }: RouteDefinition) => path.replace(':apiKeyId', 'key_01jd3mzk4qf8x2v6n0c7r5t9wb');
const ask = (route: RouteDefinition, key: string) =>
  issuance.call(route.method, pathOf(route), { key, ...(route.body === undefined ? {} : { body: {} }) });

describe('who may call', () => {
  it.each(named(ROUTES))('%s: nobody without a key, and no key that is not known', async (_name, route) => {
    expect(await ask(route, '')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    const unknown = await ask(route, generateApiKey('secret', randomBytes));
    expect(unknown).toMatchObject({ status: 401, body: { code: 'invalid_api_key' } });
    expect(unknown.headers.get('www-authenticate')).toContain('Bearer');
    expect(unknown.headers.get('content-type')).toContain('application/problem+json');
  });

  it.each(named(ROUTES))('%s: not the key that is shipped to customers', async (_name, route) => {
    const { status } = await ask(route, issuance.keys.publishableKey);
    expect(status).toBe(403);
  });

  it.each(named(ROUTES.filter(({ access }) => access.kind === 'secret')))(
    '%s: not a secret key that has every scope but the one',
    async (_name, route) => {
      const { access } = route;
      const others = SCOPES.filter((scope) => access.kind !== 'secret' || scope !== access.scope);
      const body = { name: 'others', kind: 'secret', scopes: others };
      const { body: key } = await issuance.call('POST', '/v1/api-keys', { body });
      const answer = await ask(route, String(key['key']));
      expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
    },
  );

  it.each(named(ROUTES.filter(({ access }) => access.kind === 'operator')))(
    '%s: not a tenant',
    async (_name, route) => {
      expect(await ask(route, issuance.keys.secretKey)).toMatchObject({
        status: 403,
        body: { code: 'operator_key_required' },
      });
    },
  );

  it.each(named(ROUTES.filter(({ access }) => access.kind === 'secret' && access.scope !== 'signing-keys:write')))(
    '%s: not the operator, who has no tenant',
    async (_name, route) => {
      const { status } = await ask(route, issuance.keys.operatorKey);
      expect(status).toBe(403);
    },
  );
});

describe('lists', () => {
  it.each(named(ROUTES.filter(({ query }) => query !== undefined)))(
    '%s refuses a cursor it has not given out',
    async (_name, route) => {
      const key = route.access.kind === 'operator' ? issuance.keys.operatorKey : issuance.keys.secretKey;
      for (const cursor of ['nonsense', 'W10', 'WzEsMl0', 'WzEsIlx1MDAwMCJd']) {
        const answer = await issuance.call('GET', `${route.path}?cursor=${cursor}`, { key });
        expect([cursor, answer.status, answer.body.code]).toEqual([cursor, 422, 'invalid_cursor']);
      }
      // a time that no database has is still a place in the list
      const late = Buffer.from(JSON.stringify([Number.MAX_SAFE_INTEGER, 'x'])).toString('base64url');
      expect(await issuance.call('GET', `${route.path}?cursor=${late}`, { key })).toMatchObject({ status: 200 });
    },
  );
});
