import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ERRORS, ROUTES, type UsageResult } from '@leasehold/contracts';
import { captureHttp, type HttpCapture, waitFor } from '@leasehold/testing';
import { type ApiAnswer, type ApiClient, apiClient } from './api-client.js';
import { type DataFolder, openDataFolder } from './platform-process.js';
import { ROUTE_EXAMPLES, type RouteExample, targetOf } from './route-examples.js';
import { openTenantWorld, type TenantWorld } from './tenant-world.js';
import type { List } from './vendor.js';

let folder: DataFolder;
let receiver: HttpCapture;
let anonymous: ApiClient;
/** Whose objects they are, and who reaches for them. */
let owner: TenantWorld;
let stranger: TenantWorld;
/** What only the owner may see. */
const secrets: string[] = [];

beforeAll(async () => {
  [folder, receiver] = await Promise.all([openDataFolder(), captureHttp()]);
  const { url } = await folder.start();
  anonymous = apiClient(url);
  owner = await openTenantWorld(anonymous, folder.keys(), receiver.url);
  const other = await anonymous
    .as(folder.keys().operatorKey)
    .must<{ id: string; secretKey: string; publishableKey: string }>(201, 'POST', '/v1/tenants', { name: 'Other' });
  stranger = await openTenantWorld(anonymous, { ...other, tenantId: other.id }, receiver.url);
  const [license, apiKey, delivery, anomaly] = await Promise.all([
    owner.newLicense(),
    owner.newApiKey(),
    owner.newDelivery(),
    owner.newAnomaly(),
  ]);
  secrets.push(owner.plan.productId, owner.plan.id, license.id, apiKey.id, apiKey.hint);
  secrets.push(delivery.id, delivery.endpointId, delivery.eventId, anomaly.id, anomaly.licenseId);
}, 120_000);
afterAll(async () => {
  await folder.remove();
  await receiver.close();
}, 60_000);

const send = (path: string, method: string, example: RouteExample, key: string): Promise<ApiAnswer> =>
  anonymous.as(key).send(method, targetOf(path, example), example.body);

const exampleOf = async (operationId: string, world: TenantWorld): Promise<RouteExample> =>
  (await ROUTE_EXAMPLES[operationId]?.(world)) ?? {};

const isNotFound = ({ status, body }: ApiAnswer): void => {
  const { code } = body as { code: keyof typeof ERRORS };
  expect([status, ERRORS[code].status]).toEqual([404, 404]);
};

/** Key sets are for the public; whom they are of is part of every token's issuer. */
const ofTenants = ROUTES.filter(({ access }) => access.kind === 'secret');
const withId = ofTenants.filter(({ params }) => params !== undefined);
const idsOf = (shape: object | undefined): string[] => Object.keys(shape ?? {}).filter((name) => name.endsWith('Id'));
const withQueryId = ofTenants.flatMap((route) =>
  idsOf(route.query?.shape).map((name) => [route.operationId, name, route] as const),
);

describe("a second tenant's key", () => {
  it.each(withId.map((route) => [route.operationId, route] as const))(
    'finds nothing at the paths of the first: %s',
    async (operationId, { path, method, answer }) => {
      const example = await exampleOf(operationId, owner);
      isNotFound(await send(path, method, example, stranger.secretKey));
      // nothing has happened to it either: its owner can still do what was asked for
      expect((await send(path, method, example, owner.secretKey)).status).toBe(answer.status);
    },
    40_000,
  );

  it.each(withQueryId)(
    "finds nothing by the first's ids in queries: %s?%s",
    async (operationId, name, { path, method }) => {
      const { query = {} } = await exampleOf(operationId, stranger);
      const all: Record<string, string> = {
        licenseId: (await owner.newLicense()).id,
        productId: owner.plan.productId,
        planId: owner.plan.id,
        endpointId: (await owner.newEndpoint()).id,
      };
      const id = all[name] ?? '';
      expect(id).not.toBe('');
      isNotFound(await send(path, method, { query: { ...query, [name]: id } }, stranger.secretKey));
    },
    40_000,
  );

  it("does nothing with the first's ids in bodies", async () => {
    const { plan } = owner;
    const { id } = await stranger.newLicense();
    const { api } = stranger.vendor;
    isNotFound(await api.post('/v1/plans', { productId: plan.productId, name: 'mine now' }));
    isNotFound(await api.post('/v1/licenses', { planId: plan.id, domains: ['example.com'] }));
    isNotFound(await api.post(`/v1/licenses/${id}/change-plan`, { planId: plan.id }));
  });

  it("counts nothing on the first's licenses", async () => {
    const { body } = await exampleOf('recordUsage', owner);
    const mine = (body as object[]).at(0);
    const { results } = await stranger.vendor.api.must<{ results: UsageResult[] }>(202, 'POST', '/v1/usage', [mine]);
    expect(results).toMatchObject([{ status: 'invalid', code: 'unknown_license' }]);
  });

  it.each(['publishableKey', 'secretKey'] as const)('validates none of the first’s licenses: %s', async (key) => {
    const { key: licenseKey, id } = await owner.newLicense();
    const { token } = await owner.vendor.api.must<{ token: string }>(200, 'GET', `/v1/licenses/${id}/token`);
    for (const one of [licenseKey, token]) {
      const body = { licenseKey: one, domain: 'example.com' };
      const answer = await anonymous.as(stranger[key]).post('/v1/licenses/validate', body);
      expect(answer).toMatchObject({ status: 200, body: { valid: false, code: 'not_found' } });
      expect(answer.text).not.toContain(id);
    }
    const explained = await anonymous
      .as(stranger.secretKey)
      .post('/v1/licenses/explain', { licenseKey, domain: 'example.com' });
    expect(explained).toMatchObject({ status: 200, body: { valid: false, code: 'not_found' } });
  });

  it.each(ofTenants.filter(({ method, params }) => method === 'GET' && params === undefined).map(({ path }) => path))(
    'lists nothing of the first: %s',
    async (path) => {
      if (path === '/v1/usage') {
        isNotFound(await stranger.vendor.api.get(`/v1/usage?licenseId=${secrets[2] ?? ''}`));
        return;
      }
      let cursor: string | null = '';
      while (cursor !== null) {
        const answer: ApiAnswer<List<unknown>> = await stranger.vendor.api.get(
          `${path}?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        expect(answer.status).toBe(200);
        expect(secrets.filter((text) => answer.text.includes(text))).toEqual([]);
        cursor = answer.body.nextCursor;
      }
    },
  );

  it('is told of no event of the first', async () => {
    const mine = await captureHttp();
    await stranger.vendor.api.must(201, 'POST', '/v1/webhook-endpoints', { url: `${mine.url}/hook` });
    const { id: foreign } = await owner.newLicense();
    const { id } = await stranger.newLicense();
    const test = await stranger.newDelivery();
    expect(test.status).toBe('succeeded');
    await waitFor(() => mine.requests.some(({ body }) => body.includes(id)), { describe: 'its own event' });
    expect(mine.requests.filter(({ body }) => body.includes(foreign))).toEqual([]);
    await mine.close();
  }, 40_000);

  it('is in a key set of its own, and the root set has no tenant in it any more', async () => {
    const setAt = (path: string) =>
      anonymous.must<{ keys: { kid: string; purpose: string }[] }>(200, 'GET', `${path}/.well-known/jwks.json`);
    const purposes = (await setAt('')).keys.map(({ purpose }) => purpose);
    expect(new Set(purposes)).toEqual(new Set(['receipt']));
    const kidsOf = async (tenantId: string): Promise<string[]> =>
      (await setAt(`/t/${tenantId}`)).keys.filter(({ purpose }) => purpose === 'license').map(({ kid }) => kid);
    const [first, second] = [await kidsOf(owner.tenantId), await kidsOf(stranger.tenantId)];
    expect([first.length > 0, second.length > 0]).toEqual([true, true]);
    expect(first.filter((kid) => second.includes(kid))).toEqual([]);
  });

  it("may not rotate the receipt keys, which are everybody's", async () => {
    const body = { purpose: 'receipt', activate: 'now' };
    const refused = await stranger.vendor.api.post('/v1/signing-keys/rotate', body);
    expect(refused).toMatchObject({ status: 403, body: { code: 'operator_key_required' } });
    const asOperator = anonymous.as(folder.keys().operatorKey);
    expect((await asOperator.post('/v1/signing-keys/rotate', body)).status).toBe(201);
  });
});
