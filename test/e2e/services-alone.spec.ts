import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AnomalyBody, ROUTES, type ServiceName, SERVICES } from '@leasehold/contracts';
import { captureHttp, freePort, type HttpCapture, waitFor } from '@leasehold/testing';
import { type ApiClient, apiClient } from './api-client.js';
import { fetchOpenApi } from './open-api-document.js';
import { type DataFolder, openDataFolder, type PlatformProcess } from './platform-process.js';
import { tokenVerifier } from './receipt-verifier.js';
import { type List, type VerdictBody, vendorOf } from './vendor.js';

const PUBLIC_URL = 'https://licenses.example';

let folder: DataFolder;
let receiver: HttpCapture;
const processes = new Map<ServiceName, PlatformProcess>();

const start = async (app: ServiceName): Promise<PlatformProcess> => {
  const port = await freePort();
  const service = folder.spawn({ app, port, environment: { LEASEHOLD_PUBLIC_URL: PUBLIC_URL } });
  processes.set(app, service);
  await service.ready();
  return service;
};
const processOf = (name: ServiceName): PlatformProcess => {
  const found = processes.get(name);
  if (found === undefined) throw new Error(`${name} does not run`);
  return found;
};
const apiOf = (name: ServiceName): ApiClient => apiClient(processOf(name).url, folder.keys().secretKey);

beforeAll(async () => {
  [folder, receiver] = await Promise.all([openDataFolder(), captureHttp()]);
  // the first owns the embedded PostgreSQL, the others join it, all at once
  await start('issuance');
  await Promise.all(SERVICES.filter((name) => name !== 'issuance').map(start));
}, 120_000);
afterAll(async () => {
  await folder.remove();
  await receiver.close();
}, 60_000);

describe('five services as five processes', () => {
  it.each(SERVICES)('%s serves its own routes and no others', async (name) => {
    const api = apiOf(name);
    const { operations } = await fetchOpenApi(api);
    const own = ROUTES.filter(({ service }) => service === name).map(({ operationId }) => operationId);
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(own.sort());
    const foreign = name === 'issuance' ? '/v1/webhook-endpoints' : '/v1/products';
    expect((await api.get(foreign)).status).toBe(404);
    expect((await api.get('/version')).body).toMatchObject({ service: name });
  });

  it('issue, validate, count, notice and tell together', async () => {
    const vendor = vendorOf(apiOf('issuance'));
    const validation = vendorOf(apiOf('validation'));
    await apiOf('webhooks').must(201, 'POST', '/v1/webhook-endpoints', {
      url: `${receiver.url}/hook`,
      eventTypes: ['license.suspicious_activity'],
    });
    const { id, key } = await vendor.issue((await vendor.plan()).id);
    const nonce = 'a nonce of more than sixteen bytes';
    const verdict: VerdictBody = await validation.validate(key, 'www.example.com', { nonce });
    expect(verdict).toMatchObject({ valid: true, licenseId: id });
    const verifier = tokenVerifier(processOf('validation').url, PUBLIC_URL);
    await verifier.receipt(verdict.receipt, { nonce, domain: 'www.example.com' });
    const { token } = await vendor.api.must<{ token: string }>(200, 'GET', `/v1/licenses/${id}/token`);
    expect(await validation.validate(token, 'example.com')).toMatchObject({ valid: true, licenseId: id });

    expect(await validation.validate(key, 'pirate.org')).toMatchObject({ code: 'domain_mismatch' });
    expect((await vendorOf(apiOf('metering')).usageOf(id, 2)).total).toBe(2);
    const anomalies = apiOf('anomaly');
    const finding = await waitFor(
      async () => (await anomalies.must<List<AnomalyBody>>(200, 'GET', `/v1/anomalies?licenseId=${id}`)).data[0],
      { describe: 'the finding', timeoutMs: 20_000 },
    );
    await waitFor(() => receiver.requests.some(({ body }) => body.includes(finding.id)), {
      describe: 'the webhook',
      timeoutMs: 20_000,
    });
  }, 60_000);

  it('end one by one with 0, the owner of the database last', async () => {
    for (const name of SERVICES.filter((one) => one !== 'issuance')) {
      expect([name, await processOf(name).stop()]).toEqual([name, 0]);
    }
    expect((await apiOf('issuance').get('/readyz')).status).toBe(200);
    expect(await processOf('issuance').stop()).toBe(0);
  }, 90_000);
});
