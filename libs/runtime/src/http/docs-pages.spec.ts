import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ERRORS } from '@leasehold/contracts';
import type { FastifyInstance } from 'fastify';
import { registerDocs } from './docs-pages.js';
import { HttpAdapter } from './http-adapter.js';
import { buildOpenApi } from './open-api.js';
import { ProblemError } from './problem-error.js';

const codes = Object.keys(ERRORS);
let app: FastifyInstance;
let described = 0;

beforeAll(async () => {
  const logger = { error: () => undefined, warn: () => undefined };
  const adapter = new HttpAdapter({ publicUrl: 'https://x.test', logger });
  app = adapter.getInstance();
  app.setNotFoundHandler((request, reply) => adapter.problems.send(new ProblemError('not_found'), request, reply));
  app.setErrorHandler((error, request, reply) => adapter.problems.send(error, request, reply));
  registerDocs(app, {
    document: () => {
      described += 1;
      return buildOpenApi({ routes: [], info: { title: 'Boxes', version: '7' }, servers: ['https://x.test'] });
    },
  });
  await app.ready();
});
afterAll(() => app.close());

const typeOf = async (path: string): Promise<string> =>
  `${(await app.inject(path)).statusCode} ${String((await app.inject(path)).headers['content-type'])}`;

describe('the documentation', () => {
  it.each([
    ['/openapi.json', 'application/json; charset=utf-8'],
    ['/docs', 'text/html; charset=utf-8'],
    ['/docs/start.js', 'text/javascript; charset=utf-8'],
    ['/docs/assets/swagger-ui.css', 'text/css; charset=utf-8'],
    ['/docs/assets/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
    ['/docs/assets/favicon-32x32.png', 'image/png'],
    ['/docs/errors/not_found', 'text/plain; charset=utf-8'],
  ])('%s is served as %s, loads nothing from elsewhere, and is not taken for another type', async (path, type) => {
    const { statusCode, headers } = await app.inject(path);
    expect([statusCode, headers['content-type'], headers['x-content-type-options']]).toEqual([200, type, 'nosniff']);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/);
  });

  it('names no address of another site in its page or its script', async () => {
    for (const path of ['/docs', '/docs/start.js'])
      expect((await app.inject(path)).payload).not.toMatch(/https?:|"\/\//);
  });

  it('lets browsers keep what never changes within a version, and nothing else', async () => {
    expect((await app.inject('/docs/assets/swagger-ui.css')).headers['cache-control']).toBe('public, max-age=3600');
    expect((await app.inject('/docs')).headers).not.toHaveProperty('cache-control');
  });

  it('writes its document once', async () => {
    for (let time = 0; time < 3; time += 1) {
      expect((await app.inject('/openapi.json')).json()).toMatchObject({ info: { title: 'Boxes', version: '7' } });
    }
    expect(described).toBe(1);
  });

  it.each([
    'package.json',
    'index.html',
    'swagger-ui.js',
    'toString',
    '__proto__',
    '..%2fpackage.json',
    '%2e%2e',
    '%00',
  ])('has no other file: %s', async (file) => {
    expect(await typeOf(`/docs/assets/${file}`)).toMatch(/^4\d\d application\/problem\+json$/);
  });
});

describe('the page of an error code', () => {
  it.each(codes)('%s is what stands in the repository, by its name and by that of its file', async (code) => {
    const page = readFileSync(new URL(`../../../../docs/errors/${code}.md`, import.meta.url), 'utf8');
    for (const path of [code, `${code}.md`]) expect((await app.inject(`/docs/errors/${path}`)).payload).toBe(page);
  });

  it('is HTML for a browser', async () => {
    const accept = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8';
    const { headers, payload } = await app.inject({ url: '/docs/errors/not_found', headers: { accept } });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(payload).toContain('<title>not_found</title>');
    const plain = await app.inject({ url: '/docs/errors/not_found', headers: { accept: 'text/markdown' } });
    expect(plain.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it.each(['nothing', 'constructor', '__proto__', 'README', '..%2f..%2fREADME', 'not_found.md.md', 'NOT_FOUND'])(
    'is there for codes alone: %s',
    async (code) => {
      const answer = await app.inject(`/docs/errors/${code}`);
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ code: 'not_found' });
    },
  );
});
