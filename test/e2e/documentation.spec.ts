import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ERRORS, SERVICES } from '@leasehold/contracts';
import { type ApiClient, apiClient } from './api-client.js';
import { type DataFolder, openDataFolder } from './platform-process.js';
import { vendorOf } from './vendor.js';

let folder: DataFolder;
let api: ApiClient;
beforeAll(async () => {
  folder = await openDataFolder();
  api = apiClient((await folder.start()).url);
}, 90_000);
afterAll(() => folder.remove(), 60_000);

const URLS = /(?:src|href|url)\s*[=:]\s*["']([^"']+)["']|url\(([^)]+)\)/g;
const addressesIn = (text: string): string[] => [...text.matchAll(URLS)].map(([, one, other]) => one ?? other ?? '');

describe('the pages at /docs', () => {
  it('load nothing from anywhere else, and all that they load is there', async () => {
    const page = await api.get('/docs');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*connect-src 'self'/);
    const addresses = addressesIn(page.text);
    expect(addresses.length).toBeGreaterThanOrEqual(4);
    const seen = new Set<string>();
    for (const address of addresses) {
      const { origin, pathname } = new URL(address, `${api.url}/docs`);
      expect(origin).toBe(api.url);
      const asset = await api.get(pathname);
      expect([pathname, asset.status, asset.text.length > 0]).toEqual([pathname, 200, true]);
      seen.add(pathname);
    }
    expect([...seen]).toEqual(expect.arrayContaining(['/docs/start.js', '/docs/assets/swagger-ui-bundle.js']));
    const start = await api.get('/docs/start.js');
    expect(addressesIn(start.text)).toEqual(['openapi.json']);
    const styles = addressesIn((await api.get('/docs/assets/swagger-ui.css')).text);
    expect(styles.filter((address) => !/^["']?(data:|#)/.test(address))).toEqual([]);
  });

  it.each(Object.keys(ERRORS))('explain %s, for programs and for people', async (code) => {
    const text = await api.get(`/docs/errors/${code}`);
    expect([text.status, text.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    const page = await api.get(`/docs/errors/${code}`, { accept: 'text/html' });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(addressesIn(page.text).filter((address) => /^(https?:)?\/\//.test(address))).toEqual([]);
  });

  it.each(['/docs/errors/nothing', '/docs/errors/..%2f..%2fpackage.json', '/docs/assets/..%2fpackage.json'])(
    'are nothing but themselves: %s',
    async (path) => {
      expect(await api.get(path)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    },
  );
});

describe('what an operator asks', () => {
  it('is answered: alive, ready, which version', async () => {
    expect(await api.get('/livez')).toMatchObject({ status: 200, body: { status: 'ok' } });
    const ready = await api.get<{ status: string; details: Record<string, { status: string }> }>('/readyz');
    expect(ready).toMatchObject({ status: 200, body: { status: 'ok' } });
    const checks = Object.entries(ready.body.details);
    expect(checks.filter(([, { status }]) => status !== 'up')).toEqual([]);
    for (const name of SERVICES) expect(checks.map(([check]) => check.split('.')[0])).toContain(name);
    expect(await api.get('/version')).toMatchObject({ body: { name: 'leasehold', service: 'platform' } });
  });

  it('is answered by metrics that Prometheus can read, with nothing private in them', async () => {
    const { secretKey } = folder.keys();
    const vendor = vendorOf(api.as(secretKey));
    const { id, key } = await vendor.issue((await vendor.plan()).id);
    await vendor.validate(key, 'example.com');
    const { text, headers } = await api.get('/metrics');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const sample = /^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_]\w*="(\\.|[^"\\\n])*",?)*\})? (NaN|[+-]?Inf|-?[0-9.e+-]+)$/;
    const comment = /^# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .*$/;
    const lines = text.split('\n').filter((line) => line !== '');
    expect(lines.filter((line) => !sample.test(line) && !comment.test(line))).toEqual([]);
    const types = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ')[2]);
    expect(types).toEqual([...new Set(types)]);
    for (const name of SERVICES) expect(text).toContain(`service="${name}"`);
    for (const secret of [secretKey, id, 'example.com']) expect(text).not.toContain(secret);
  });
});
