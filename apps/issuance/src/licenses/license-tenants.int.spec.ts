import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { licenseRoutes, type LicenseBody, type RouteDefinition, type TenantBody } from '@leasehold/contracts';
import { type LicensedIssuance, licensedIssuance } from '../../test/licensed-issuance.js';

let issuance: LicensedIssuance;
let license: LicenseBody;
let stranger: string;
beforeAll(async () => {
  issuance = await licensedIssuance();
  license = await issuance.issued({ domains: ['a.com'], customer: { reference: 'c', email: 'c@example.com' } });
  const created = await issuance.call<TenantBody & { secretKey: string }>('POST', '/v1/tenants', {
    key: issuance.keys.operatorKey,
    body: { name: 'stranger' },
  });
  stranger = created.body.secretKey;
});
afterAll(() => issuance.close());

/** A body each command would take from the owner. */
const BODIES: Readonly<Record<string, object>> = {
  updateLicense: { features: [] },
  suspendLicense: { reason: 'x' },
  reinstateLicense: { reason: 'x' },
  bindDomain: { domain: 'b.com' },
  moveDomain: { from: 'a.com', to: 'b.com' },
};

const routes = Object.values<RouteDefinition>(licenseRoutes).filter(({ path }) => path.includes(':licenseId'));

describe('another tenant', () => {
  it.each(routes.map((route) => [route.operationId, route] as const))('finds no license by %s', async (name, route) => {
    const path = route.path.replace(':licenseId', license.id).replace(':domain', 'a.com');
    const body = name === 'changeLicensePlan' ? { planId: issuance.planId } : (BODIES[name] ?? {});
    const before = await issuance.read(license.id);
    for (const headers of [{}, { 'if-match': '"1"' }]) {
      const answer = await issuance.call(route.method, path, {
        key: stranger,
        headers,
        ...(route.body === undefined ? {} : { body }),
      });
      const code = name === 'changeLicensePlan' ? 'plan.not_found' : 'license.not_found';
      expect(answer).toMatchObject({ status: 404, body: { code } });
    }
    expect(await issuance.read(license.id)).toEqual(before);
  });

  it('cannot issue by a plan that is not its own', async () => {
    expect(await issuance.issue({}, { key: stranger })).toMatchObject({
      status: 404,
      body: { code: 'plan.not_found' },
    });
  });

  it('sees nothing of others in its lists, however it filters', async () => {
    const list = (query: string) => issuance.call('GET', `/v1/licenses?${query}`, { key: stranger });
    for (const query of ['', 'domain=a.com', 'customer=c', 'status=active']) {
      expect((await list(query)).body.data).toEqual([]);
    }
    expect(await list(`productId=${issuance.productId}`)).toMatchObject({ status: 404 });
    expect(await list(`planId=${issuance.planId}`)).toMatchObject({ status: 404 });
  });

  it('may use an Idempotency-Key that another tenant has used', async () => {
    const headers = { 'idempotency-key': 'same' };
    await issuance.command(license.id, 'suspend', { reason: 'x' }, headers);
    const answer = await issuance.call('POST', `/v1/licenses/${license.id}/suspend`, {
      key: stranger,
      headers,
      body: { reason: 'x' },
    });
    expect(answer.status).toBe(404);
  });
});

describe('a key', () => {
  it.each(routes.map((route) => [route.operationId, route] as const))(
    'that is none, or publishable, does not reach %s',
    async (_name, route) => {
      const path = route.path.replace(':licenseId', license.id).replace(':domain', 'a.com');
      const status = async (key: string) => (await issuance.call(route.method, path, { key })).status;
      expect([await status(''), await status(issuance.keys.publishableKey)]).toEqual([401, 403]);
    },
  );

  it('that may read may not write, and the other way round', async () => {
    const keyWith = async (scope: string) => {
      const body = { name: scope, kind: 'secret', scopes: [scope] };
      return (await issuance.call<{ key: string }>('POST', '/v1/api-keys', { body })).body.key;
    };
    const read = await keyWith('licenses:read');
    const write = await keyWith('licenses:write');
    const get = (key: string) => issuance.call('GET', `/v1/licenses/${license.id}`, { key });
    expect([(await get(read)).status, (await get(write)).status]).toEqual([200, 403]);
    const body = { planId: issuance.planId };
    const issue = (key: string) => issuance.call('POST', '/v1/licenses', { key, body });
    expect([(await issue(read)).status, (await issue(write)).status]).toEqual([403, 201]);
  });
});

describe('an id', () => {
  it.each(['lic_x', 'LIC_7D3MZK4QF8X2V6N0C7R5T9WB4E1S', 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb', '%00', '..%2F', "' or 1=1"])(
    'that cannot be one (%s) is not found',
    async (id) => {
      const { status, body } = await issuance.call('GET', `/v1/licenses/${id}`);
      expect([status, body.code]).toEqual([404, 'license.not_found']);
    },
  );
});
