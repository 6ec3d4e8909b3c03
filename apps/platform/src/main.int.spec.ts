import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildService, freePort, startChild, waitFor } from '@leasehold/testing';

interface FirstKeys {
  readonly tenantId: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly operatorKey: string;
  readonly apiUrl: string;
}

const MAIN = join(import.meta.dirname, 'main.ts');
const dataDir = mkdtempSync(join(tmpdir(), 'leasehold-'));
const children: ChildService[] = [];
let port: number;

const start = (settings: Readonly<Record<string, string>> = {}): ChildService => {
  const child = startChild(MAIN, { LEASEHOLD_DATA_DIR: dataDir, LEASEHOLD_PORT: String(port), ...settings });
  children.push(child);
  return child;
};
const readKeys = (): FirstKeys => JSON.parse(readFileSync(join(dataDir, 'bootstrap.json'), 'utf8')) as FirstKeys;
const ask = (url: string, key: string, body?: object): Promise<Response> =>
  fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const productNames = async (url: string): Promise<string[]> => {
  const list = (await (await ask(`${url}/v1/products?limit=100`, readKeys().secretKey)).json()) as {
    data: { name: string }[];
  };
  return list.data.map(({ name }) => name).sort();
};

beforeAll(async () => {
  port = await freePort();
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.process.kill('SIGKILL');
    await child.exited;
  }
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

// in order: each test goes on with the data of the ones before
describe('the platform', () => {
  it('is ready after its first start with keys that work, shown once and kept for their owner only', async () => {
    const child = start();
    const url = await child.ready;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const keys = readKeys();
    expect(statSync(join(dataDir, 'bootstrap.json')).mode & 0o777).toBe(0o600);
    expect(keys).toEqual({
      tenantId: expect.stringMatching(/^ten_/),
      secretKey: expect.stringMatching(/^lh_sk_/),
      publishableKey: expect.stringMatching(/^lh_pk_/),
      operatorKey: expect.stringMatching(/^lh_op_/),
      apiUrl: url,
    });
    expect(child.stderr()).toContain(`curl ${url}/v1/products`);
    expect(child.stderr()).toContain(keys.secretKey);
    expect(child.stdout()).not.toContain(keys.secretKey);
    expect((await ask(`${url}/v1/products`, keys.secretKey, { name: 'first' })).status).toBe(201);
    child.process.kill('SIGTERM');
    expect(await child.exited).toBe(0);
    const [, afterTheSignal] = child.stdout().split('"msg":"stopping"');
    expect(afterTheSignal).toBeDefined();
    expect(afterTheSignal).not.toMatch(/"level":"(?:warn|error|fatal)"/);
  }, 60_000);

  it('believes its trusted proxies who a client is, where it answers for all services too', async () => {
    const child = start({ LEASEHOLD_TRUSTED_PROXIES: '127.0.0.1' });
    const url = await child.ready;
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    for (const path of ['/v1/products', '/nobodys']) await fetch(url + path, { headers });
    const lines = (): string[] => child.stdout().split('\n').slice(0, -1);
    const requests = (): string[] => lines().filter((line) => line.includes('"msg":"request"'));
    await waitFor(() => requests().length === 2);
    const clients = requests()
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map(({ service, client }) => `${String(service)} ${String(client)}`);
    expect(clients.sort()).toEqual(['issuance 203.0.113.9', 'platform 203.0.113.9']);
  }, 60_000);

  it('keeps keys and data over a restart, and shows the keys no more', async () => {
    const before = readKeys();
    const child = start();
    expect(await productNames(await child.ready)).toEqual(['first']);
    expect(readKeys()).toEqual(before);
    expect(child.stderr()).not.toContain(before.secretKey);
  }, 60_000);

  it('tells a second process in a sentence that the port is in use, and goes on itself', async () => {
    const first = start();
    const url = await first.ready;
    const second = start();
    expect(await second.exited).toBe(1);
    expect(second.stderr()).toBe(
      `Port ${port} is in use: stop what listens there, or set LEASEHOLD_PORT to another port.\n`,
    );
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  }, 60_000);

  it('has everything that it acknowledged after being killed in the middle of writes', async () => {
    const acknowledged = ['first'];
    for (const round of ['a', 'b', 'c']) {
      const child = start();
      const url = await child.ready;
      const { secretKey } = readKeys();
      const answered: string[] = [];
      const writes = Array.from({ length: 30 }, async (_, at) => {
        const name = `${round}${at}`;
        const { status } = await ask(`${url}/v1/products`, secretKey, { name });
        if (status === 201) answered.push(name);
        if (answered.length === 5) child.process.kill('SIGKILL');
      });
      await Promise.allSettled(writes);
      await child.exited;
      acknowledged.push(...answered);
    }
    const child = start();
    expect(await productNames(await child.ready)).toEqual(expect.arrayContaining(acknowledged));
  }, 120_000);

  it('hands each route to its service, and knows a key there that issuance made', async () => {
    const url = await start().ready;
    const { secretKey } = readKeys();
    for (const path of ['/v1/licenses', '/v1/anomalies', '/v1/webhook-deliveries', '/v1/webhook-endpoints']) {
      expect([path, (await ask(url + path, secretKey)).status]).toEqual([path, 200]);
      expect([path, (await fetch(url + path)).status]).toEqual([path, 401]);
    }
    expect((await fetch(`${url}/.well-known/jwks.json`)).status).toBe(200);
  }, 60_000);
});
