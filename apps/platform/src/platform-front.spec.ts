import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ROUTES, SERVICES, type ServiceName } from '@leasehold/contracts';
import type { Readiness } from '@leasehold/runtime';
import type { FrontedService } from './fronted-service.js';
import { openPlatformFront } from './platform-front.js';

const READY: Readiness = { ready: true, report: { status: 'ok', details: { database: { status: 'up' } } } };

let server: Server;
let url: string;
let readiness: Record<ServiceName, Readiness>;

/** Answers every request with its own name. */
const serviceNamed = (name: ServiceName): FrontedService => ({
  handler: (_request, response) => response.end(name),
  readiness: () => Promise.resolve(readiness[name]),
  context: {
    name,
    config: { logLevel: 'silent' },
    metrics: {
      metrics: () =>
        Promise.resolve(
          `# HELP requests_total Requests.\n# TYPE requests_total counter\nrequests_total{service="${name}"} 1\n`,
        ),
    },
  },
});

beforeEach(async () => {
  readiness = { issuance: READY, validation: READY, metering: READY, anomaly: READY, webhooks: READY };
  const definitions = SERVICES.map((name) => ({ routes: ROUTES.filter(({ service }) => service === name) }));
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
