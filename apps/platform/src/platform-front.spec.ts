import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ERRORS, ROUTES, SERVICES, type ServiceName } from '@leasehold/contracts';
import type { Readiness } from '@leasehold/runtime';
import type { FrontedService } from './fronted-service.js';
import { openPlatformFront } from './platform-front.js';

const READY: Readiness = { ready: true, report: { status: 'ok', details: { database: { status: 'up' } } } };

let server: Server;
let url: string;
let readiness: Record<ServiceName, Readiness>;

let down: ServiceName | undefined;

/** Answers every request with its own name. */
const serviceNamed = (name: ServiceName): FrontedService => ({
  handler: (request, response) => {
    if (request.method === 'POST') request.pipe(response.writeHead(201, { 'x-asked': request.url ?? '' }));
    else response.end(name);
  },
  readiness: () => Promise.resolve(readiness[name]),
  context: {
    name,
    config: { logLevel: 'silent', trustedProxies: [] },
    metrics: {
      metrics: () => {
        if (down === name) return Promise.reject(new Error('a gauge of 10.1.2.3 failed'));
        return Promise.resolve(
          `# HELP requests_total Requests.\n# TYPE requests_total counter\nrequests_total{service="${name}"} 1\n`,
        );
      },
    },
  },
});

const definitions = SERVICES.map((name) => ({ routes: ROUTES.filter(({ service }) => service === name) }));

beforeEach(async () => {
  readiness = { issuance: READY, validation: READY, metering: READY, anomaly: READY, webhooks: READY };
  down = undefined;
  const front = await openPlatformFront(SERVICES.map(serviceNamed), definitions, 'https://leases.example');
  server = createServer((request, response) => front.handler(request, response)).listen(0, '127.0.0.1');
  server.on('clientError', (error, socket) => front.onUnreadable(error, socket));
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Sends what no client would, and answers all that comes back. */
const rawSend = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    let answered = '';
    socket.setEncoding('utf8').on('data', (data: string) => (answered += data));
    socket.once('error', reject).once('close', () => resolve(answered));
  });
const rawGet = (target: string): Promise<string> =>
  rawSend(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);

describe('the platform behind one port', () => {
  it.each([
    ['/v1/licenses', 'issuance'],
    ['/v1/licenses?limit=5', 'issuance'],
    ['/v1/licenses/lic_1/renew', 'issuance'],
    ['/v1/licenses/validate', 'validation'],
    ['/v1/licenses/validate/batch', 'validation'],
    ['/v1/licenses/explain', 'validation'],
    ['/v1/licenses/validated', 'issuance'],
    ['/.well-known/jwks.json', 'validation'],
    ['/t/ten_1/.well-known/jwks.json', 'validation'],
    ['/v1/usage?licenseId=lic_1', 'metering'],
    ['/v1/anomalies/ano_1/resolve', 'anomaly'],
    ['/v1/webhook-endpoints/we_1', 'webhooks'],
    ['/v1/webhook-deliveries', 'webhooks'],
  ])('hands %s to %s', async (path, service) => {
    expect(await (await fetch(url + path)).text()).toBe(service);
  });

  it('hands every route of the contract to its service', async () => {
    for (const { path, service } of ROUTES) {
      expect(`${path} ${await (await fetch(url + path.replaceAll(/:\w+/g, 'x'))).text()}`).toBe(`${path} ${service}`);
    }
  });

  it('hands on the whole request as it came: its query, its body, its answer', async () => {
    const body = JSON.stringify({ domain: 'ü.example' });
    const response = await fetch(`${url}/v1/licenses/validate?a=/v1/usage&b=%2F`, { method: 'POST', body });
    expect([response.status, await response.text()]).toEqual([201, body]);
    expect(response.headers.get('x-asked')).toBe('/v1/licenses/validate?a=/v1/usage&b=%2F');
  });

  it.each([
    ['/v1/licenses/validate/', 'validation'],
    ['/v1/licenses/validate//batch', 'validation'],
    ['/v1/licenses/validate;a=b', 'issuance'],
    ['/v1/licenses?next=/v1/usage', 'issuance'],
    ['/v1/licenses/%2e%2e/usage', 'issuance'],
    ['/v1/licenses/lic_1/domains/usage', 'issuance'],
    ['/v1/usage/%00', 'metering'],
    ['/t', 'validation'],
  ])('looks at the path alone, as it is written: %s is for %s', async (target, service) => {
    expect(await rawGet(target)).toContain(`\r\n\r\n${service}`);
  });

  it.each([
    '//v1/licenses',
    '/V1/licenses',
    '/v1/%6cicenses',
    '/v1/licensesx',
    '/v1',
    '/tt',
    'http://x/v1/licenses',
    '*',
  ])('gives to no service what has the prefix of none: %s', async (target) => {
    expect(await rawGet(target)).toMatch(/^HTTP\/1\.1 4\d\d [^]*"code":"(?:not_found|malformed_request)"/);
  });

  it('answers what is no HTTP with a problem, and goes on', async () => {
    expect(await rawSend('GARBAGE\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*https:\/\/leases\.example\/docs\/errors\/malformed_request/,
    );
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  it('has the page of every error code, where each problem says that it is', async () => {
    for (const code of Object.keys(ERRORS)) {
      const page = await fetch(`${url}/docs/errors/${code}`);
      expect([code, page.status, (await page.text()).split('\n', 1)]).toEqual([code, 200, [`# ${code}`]]);
    }
  });

  it('says that metrics failed without saying where', async () => {
    down = 'metering';
    const response = await fetch(`${url}/metrics`);
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'internal_error', instance: '/metrics' });
    expect(text).not.toContain('10.1.2.3');
  });

  it('answers for a service that does not run here as for one that does not exist', async () => {
    const front = await openPlatformFront([serviceNamed('issuance')], definitions, 'https://leases.example');
    const alone = createServer((request, response) => front.handler(request, response)).listen(0, '127.0.0.1');
    await new Promise((resolve) => alone.once('listening', resolve));
    const { port } = alone.address() as AddressInfo;
    const [own, other] = await Promise.all(
      ['/v1/plans', '/v1/usage'].map((path) => fetch(`http://127.0.0.1:${port}${path}`)),
    );
    expect(await own?.text()).toBe('issuance');
    expect(await other?.json()).toMatchObject({ status: 404, code: 'not_found' });
    alone.closeAllConnections();
    alone.close();
  });

  it('refuses to start with two services that claim one prefix', async () => {
    const [route] = ROUTES.filter(({ service }) => service === 'metering');
    if (route === undefined) throw new Error('metering has routes');
    const both = [{ routes: [route] }, { routes: [{ ...route, service: 'anomaly' as const }] }];
    await expect(openPlatformFront([], both, 'https://leases.example')).rejects.toThrow('Both metering and anomaly');
  });

  it('answers what no service has with a problem', async () => {
    const response = await fetch(`${url}/v1/nothing`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      type: 'https://leases.example/docs/errors/not_found',
      code: 'not_found',
      instance: '/v1/nothing',
      requestId: response.headers.get('x-request-id'),
    });
  });

  it('tells which methods an address of its own takes', async () => {
    const response = await fetch(`${url}/readyz`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('is alive whatever its services say, and ready only when all are', async () => {
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    readiness.webhooks = { ready: false, report: { status: 'error', details: { database: { status: 'down' } } } };
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      status: 'error',
      details: { 'issuance.database': { status: 'up' }, 'webhooks.database': { status: 'down' } },
    });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  it('shows the metrics of all services and of the process as one text, each family once', async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text.match(/^# TYPE requests_total counter$/gm)).toHaveLength(1);
    for (const name of SERVICES) expect(text).toContain(`requests_total{service="${name}"} 1\n`);
    expect(text).toMatch(/^process_cpu_seconds_total\{service="platform"\} /m);
    const families = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(families).toEqual([...new Set(families)]);
  });

  it('describes all routes in one document, whose pages need no network', async () => {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    const described = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(described.map(({ operationId }) => operationId).sort()).toEqual(ROUTES.map((one) => one.operationId).sort());
    expect((await fetch(`${url}/docs`)).headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('says what it is', async () => {
    expect(await (await fetch(`${url}/version`)).json()).toMatchObject({ name: 'leasehold', service: 'platform' });
  });
});
