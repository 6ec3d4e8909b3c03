import { type ClientRequest, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LicenseBody } from '@leasehold/contracts';
import { captureHttp, type HttpCapture, waitFor } from '@leasehold/testing';
import { apiClient } from './api-client.js';
import { type DataFolder, openDataFolder, type PlatformProcess } from './platform-process.js';
import { type Vendor, vendorOf } from './vendor.js';

const ISSUES = 80;
const VALIDATIONS = 80;
const PRODUCTS = 40;

let folder: DataFolder;
let receiver: HttpCapture;
let platform: PlatformProcess;
let vendor: Vendor;

/** A request that the server has begun to handle: its head was read, its body is still to come. */
interface InFlight {
  readonly begun: Promise<void>;
  /** Sends the body; resolves with the answer. */
  finish(): Promise<{ readonly status: number; readonly body: unknown }>;
}

function begin(path: string, body: object): InFlight {
  const text = JSON.stringify(body);
  const { port } = new URL(platform.url);
  const headers = {
    authorization: `Bearer ${folder.keys().secretKey}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    expect: '100-continue',
  };
  const sent: ClientRequest = request({ host: '127.0.0.1', port, method: 'POST', path, headers, agent: false });
  const answered = new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      let received = '';
      response.on('data', (data: Buffer) => (received += data.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(received) as unknown }));
      response.on('error', reject);
    });
  });
  const begun = new Promise<void>((resolve, reject) => {
    sent.once('continue', resolve);
    answered.catch(reject);
  });
  sent.flushHeaders();
  return {
    begun,
    finish: () => {
      sent.end(text);
      return answered;
    },
  };
}

beforeAll(async () => {
  [folder, receiver] = await Promise.all([openDataFolder(), captureHttp()]);
  platform = await folder.start();
  vendor = vendorOf(apiClient(platform.url, folder.keys().secretKey));
}, 90_000);
afterAll(async () => {
  await folder.remove();
  await receiver.close();
}, 60_000);

describe('a platform that is told to stop', () => {
  it('fails none of 200 requests in flight, ends with 0, and has done and told all of it', async () => {
    const plan = await vendor.plan({ limits: { apiCalls: 1_000 } });
    const license = await vendor.issue(plan.id);
    await vendor.api.must(201, 'POST', '/v1/webhook-endpoints', {
      url: `${receiver.url}/hook`,
      eventTypes: ['license.issued'],
    });
    const question = { licenseKey: license.key, domain: 'example.com' };
    const of = (count: number, path: string, body: (at: number) => object): InFlight[] =>
      Array.from({ length: count }, (_, at) => begin(path, body(at)));
    const issues = of(ISSUES, '/v1/licenses', (at) => ({ planId: plan.id, domains: [`site-${at}.example`] }));
    const validations = of(VALIDATIONS, '/v1/licenses/validate', () => question);
    const products = of(PRODUCTS, '/v1/products', (at) => ({ name: `Product ${at}` }));
    const all = [...issues, ...validations, ...products];
    await Promise.all(all.map(({ begun }) => begun));

    const asked = performance.now();
    platform.child.kill('SIGTERM');
    await waitFor(() => platform.stdout().includes('"stopping"'), { describe: 'the platform to be stopping' });
    const answers = await Promise.all(all.map((one) => one.finish()));
    expect(answers.map(({ status }) => status)).toEqual([
      ...issues.map(() => 201),
      ...validations.map(() => 200),
      ...products.map(() => 201),
    ]);
    expect(await platform.exited).toBe(0);
    expect(performance.now() - asked).toBeLessThan(15_000);

    platform = await folder.start();
    vendor = vendorOf(apiClient(platform.url, folder.keys().secretKey));
    const ids = answers.slice(0, ISSUES).map(({ body }) => (body as LicenseBody).id);
    for (const id of ids) expect((await vendor.read(id)).id).toBe(id);
    expect((await vendor.usageOf(license.id, VALIDATIONS)).total).toBe(VALIDATIONS);
    const isTold = (id: string): boolean => receiver.requests.some(({ body }) => body.includes(id));
    await waitFor(() => ids.every(isTold), { describe: 'every webhook', timeoutMs: 30_000 });
  }, 120_000);
});
