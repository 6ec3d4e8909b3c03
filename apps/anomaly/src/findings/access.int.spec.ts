import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { anomalyRoutes, type RouteDefinition, SCOPES } from '@leasehold/contracts';
import { generateApiKey } from '@leasehold/tokens';
import { randomBytes } from 'node:crypto';
import { type RunningAnomaly, runAnomaly } from '../../test/running-anomaly.js';

jest.setTimeout(60_000);

let anomaly: RunningAnomaly;
beforeAll(async () => {
  anomaly = await runAnomaly();
});
afterAll(() => anomaly.close());

const ROUTES = Object.values<RouteDefinition>(anomalyRoutes).map((route) => [route.operationId, route] as const);
const ask = ({ method, path }: RouteDefinition, secretKey: string) =>
  anomaly.call(method, path.replace(':anomalyId', `ano_${'0'.repeat(26)}`), { tenant: { id: '', secretKey } });

describe('who may call', () => {
  it.each(ROUTES)('%s: nobody whose key is not known', async (_name, route) => {
    const answer = await ask(route, generateApiKey('secret', randomBytes));
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_api_key' } });
  });

  it.each(ROUTES)('%s: not a publishable key', async (_name, route) => {
    const key = await anomaly.newKey({ kind: 'publishable', scopes: [] });
    expect(await ask(route, key)).toMatchObject({ status: 403, body: { code: 'secret_key_required' } });
  });

  it.each(ROUTES)('%s: not a secret key that has every scope but the one', async (_name, route) => {
    const { access } = route;
    const scopes = SCOPES.filter((scope) => access.kind !== 'secret' || scope !== access.scope);
    const key = await anomaly.newKey({ kind: 'secret', scopes });
    expect(await ask(route, key)).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
  });
});
