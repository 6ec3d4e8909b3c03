import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { localKeyEncryptionKey } from '@leasehold/tokens';
import { Idempotency } from '../../src/http/idempotency.js';
import { countingRandom, type PipelineApp, send, startPipelineApp } from './pipeline-app.js';

let service: PipelineApp;
const url = (path: string) => `${service.url}${path}`;

interface Problem {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly requestId: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

const problemOf = async (response: Response): Promise<Problem> => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = (await response.json()) as Problem;
  expect(body.status).toBe(response.status);
  return body;
};

const refusal = async (pending: Promise<Response>): Promise<string> => {
  const response = await pending;
  const { code } = await problemOf(response);
  return `${response.status} ${code}`;
};

/** Sends bytes that no HTTP client would, and answers all that comes back. */
const sendRaw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answered = '';
    const socket = createConnection(Number(new URL(service.url).port), '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk: string) => (answered += chunk));
    socket.on('error', reject).on('close', () => resolve(answered));
  });

beforeAll(async () => {
  const random = countingRandom();
  const idempotency = new Idempotency({
    // no request of this suite has a key
    pool: { query: () => Promise.reject(new Error('no database here')) } as never,
    clock: { now: () => 0 },
    random,
    keyEncryptionKey: localKeyEncryptionKey(random(32), random),
    logger: { error: () => undefined },
  });
  service = await startPipelineApp(idempotency);
});
afterAll(() => service.close());

describe('keys and scopes', () => {
  it.each([
    ['a missing key', '/v1/boxes', undefined, '401 unauthenticated'],
    ['another scheme', '/v1/boxes', 'Basic bGg6c2s=', '401 unauthenticated'],
    ['an empty bearer', '/v1/boxes', 'Bearer ', '401 unauthenticated'],
    ['two keys', '/v1/boxes', 'Bearer lh_sk_all lh_sk_all', '401 unauthenticated'],
    ['an unknown key', '/v1/boxes', 'Bearer lh_sk_unknown', '401 invalid_api_key'],
    ['a publishable key', '/v1/boxes', 'Bearer lh_pk_any', '403 secret_key_required'],
    ['the operator key on a route of tenants', '/v1/boxes', 'Bearer lh_op_one', '403 secret_key_required'],
    ['a secret key on a route of the operator', '/v1/operations', 'Bearer lh_sk_all', '403 operator_key_required'],
    ['an unknown key where none is needed', '/v1/checks', 'Bearer lh_sk_unknown', '401 invalid_api_key'],
  ])('%s is refused', async (_name, path, authorization, expected) => {
    const headers = authorization === undefined ? undefined : { authorization };
    const response = await fetch(url(path), headers === undefined ? {} : { headers });
    const hasChallenge = response.headers.get('www-authenticate')?.startsWith('Bearer realm="leasehold"') === true;
    expect(`${response.status} ${(await problemOf(response)).code}`).toBe(expected);
    expect(hasChallenge).toBe(expected.startsWith('401'));
  });

  it('a key without the scope is refused and told which scope it needs', async () => {
    const response = await send(url('/v1/boxes'), 'POST', { name: 'x' }, { authorization: 'Bearer lh_sk_reads' });
    expect(response.headers.get('www-authenticate')).toContain('scope="licenses:write"');
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: 'insufficient_scope', status: 403 });
    expect(problem.detail).toContain('licenses:write');
  });

  it.each([
    ['/v1/checks', 'Bearer lh_pk_any', 'publishable'],
    ['/v1/checks', undefined, 'anonymous'],
    ['/v1/operations', 'bearer lh_op_one', 'operator'],
    ['/v1/rotations', 'Bearer lh_op_one', 'operator'],
    ['/v1/rotations', 'Bearer lh_sk_reads', 'secret'],
  ])('%s admits %s as %s', async (path, authorization, kind) => {
    const response = await fetch(url(path), authorization === undefined ? {} : { headers: { authorization } });
    expect(await response.json()).toEqual({ kind });
  });

  it('the key is looked at before the body, so that strangers learn nothing from their mistakes', async () => {
    expect(await refusal(send(url('/v1/boxes'), 'POST', '{', { authorization: 'Bearer lh_no' }))).toBe(
      '401 invalid_api_key',
    );
  });
});

describe('bodies', () => {
  const create = (body: unknown, headers?: Record<string, string>) => send(url('/v1/boxes'), 'POST', body, headers);

  it('a member that is null is absent, at every depth', async () => {
    const response = await create({ name: 'a', size: null, tags: null, inner: { deep: null }, metadata: { x: null } });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ name: 'a', inner: {}, metadata: {} });
  });

  it('the answer has the status of the route, the ETag and the headers that the handler gave', async () => {
    const response = await create({ name: 'a' });
    expect(response.status).toBe(201);
    expect(response.headers.get('etag')).toBe('"1"');
    expect(response.headers.get('location')).toBe('/v1/boxes/box_0001');
  });

  it.each([
    ['not JSON', '{"name":', '400 malformed_request'],
    ['a lone word', 'name', '400 malformed_request'],
    ['a byte order mark', '\uFEFF{"name":"a"}', '400 malformed_request'],
    ['nesting beyond any meaning', `{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, '400 malformed_request'],
    ['a NUL character', '{"name":"a\\u0000"}', '422 invalid_request'],
    ['half of a surrogate pair', '{"name":"\\ud800"}', '422 invalid_request'],
    ['a NUL character in a name', '{"name":"a","metadata":{"\\u0000":"x"}}', '422 invalid_request'],
    ['a prototype', '{"name":"a","metadata":{"__proto__":{"x":1}}}', '422 invalid_request'],
    ['a number beyond all numbers', '{"name":"a","size":1e999}', '422 invalid_request'],
    ['an array', '[]', '422 invalid_request'],
    ['a text', '"x"', '422 invalid_request'],
    ['null', 'null', '422 invalid_request'],
    ['nothing', '', '422 invalid_request'],
  ])('%s is refused', async (_name, body, expected) => {
    expect(await refusal(create(body))).toBe(expected);
  });

  it('bytes that are not UTF-8 are refused', async () => {
    const headers = { authorization: 'Bearer lh_sk_all', 'content-type': 'application/json' };
    const body = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    expect(await refusal(fetch(url('/v1/boxes'), { method: 'POST', headers, body }))).toBe('400 malformed_request');
  });

  it('every fault is named by a JSON Pointer to its member', async () => {
    const { errors } = await problemOf(
      await create({ size: 'big', tags: ['a', { tag: 1 }, 5], 'odd/~name': 1, inner: { deep: 1 } }),
    );
    const pointers = errors?.map(({ pointer }) => pointer).sort();
    expect(pointers).toEqual(['/inner/deep', '/name', '/odd~1~0name', '/size', '/tags/1/tag', '/tags/2']);
    expect(errors).toContainEqual({ pointer: '/name', message: 'is required' });
  });

  it('a body full of faults gets a short answer', async () => {
    const { errors } = await problemOf(await create({ name: 'a', tags: Array.from({ length: 5_000 }, () => 1) }));
    expect(errors).toHaveLength(20);
  });

  it.each([
    ['text/plain', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['another charset', { 'content-type': 'application/json; charset=iso-8859-1' }],
    ['a compressed body', { 'content-encoding': 'gzip' }],
    ['nonsense', { 'content-type': 'json' }],
  ])('%s is an unsupported media type', async (_name, headers) => {
    expect(await refusal(create({ name: 'a' }, headers))).toBe('415 unsupported_media_type');
  });

  it('a charset of UTF-8 and capital letters are fine', async () => {
    expect((await create({ name: 'a' }, { 'content-type': 'Application/JSON; Charset="UTF-8"' })).status).toBe(201);
  });

  it('1 MiB is taken and one byte more is not', async () => {
    const frame = '{"name":""}'.length;
    const withBody = (size: number) => create(`{"name":"${'x'.repeat(size - frame)}"}`);
    expect(await refusal(withBody(1_048_576))).toBe('422 invalid_request');
    expect(await refusal(withBody(1_048_577))).toBe('413 body_too_large');
  });

  it('a body may be left out where nothing in it is required', async () => {
    const response = await send(url('/v1/boxes/box_0001/change'), 'POST');
    expect(await response.json()).toEqual({ expected: null, body: {} });
  });
});

describe('parameters', () => {
  const list = (query: string) => send(url(`/v1/boxes?${query}`), 'GET');

  it('are parsed by the schema of the route', async () => {
    expect(await (await list('limit=5&name=a%20b')).json()).toEqual({ limit: 5, name: 'a b' });
  });

  it.each([
    ['limit=101', 'query/limit'],
    ['limit=', 'query/limit'],
    ['limit=1&limit=2', 'query/limit'],
    ['other=1', 'query/other'],
    ['name=%00', 'query/name'],
    ['__proto__=1', 'query/__proto__'],
  ])('%s is refused by its name', async (query, pointer) => {
    const response = await list(query);
    expect(response.status).toBe(422);
    expect((await problemOf(response)).errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  it.each(['%', '%zz', '%ff', 'name=%ed%a0%80'])(
    'unreadable encoding in a query (%s) never fails the server',
    async (query) => {
      expect((await list(query)).status).toBeLessThan(500);
    },
  );

  it.each([
    ['letters', 'nonsense'],
    ['short', 'box_000'],
    ['with a NUL', 'box_0001%00'],
    ['an emoji', '%F0%9F%92%A9'],
    ['long', 'x'.repeat(2_000)],
    ['a path', '..%2f..%2fetc'],
  ])('an id of the wrong shape is not found, as one that does not exist: %s', async (_name, id) => {
    expect(await refusal(send(url(`/v1/boxes/${id}`), 'GET'))).toMatch(/^404 (license\.)?not_found$/);
  });

  it('an id that does not exist and one of the wrong shape get the same answer', async () => {
    const known = await refusal(send(url('/v1/boxes/box_none'), 'GET'));
    expect(await refusal(send(url('/v1/boxes/wrong'), 'GET'))).toBe(known);
  });

  it('unreadable encoding in a path is a malformed request', async () => {
    expect(await refusal(send(url('/v1/boxes/%zz'), 'GET'))).toBe('400 malformed_request');
  });
});

describe('If-Match', () => {
  const change = (tag: string) => send(url('/v1/boxes/box_0001/change'), 'POST', {}, { 'if-match': tag });

  it.each([
    ['"7"', 7],
    ['W/"7"', 7],
    ['*', null],
  ])('%s expects %s', async (tag, expected) => {
    expect(await (await change(tag)).json()).toMatchObject({ expected });
  });

  it('anything else is an invalid header', async () => {
    for (const tag of ['7', '"x"', '"7", "8"', '""', '"-1"']) {
      expect(await refusal(change(tag))).toBe('400 invalid_header');
    }
  });
});

describe('errors', () => {
  const fail = (as: string) => send(url('/v1/failures?token=secret'), 'POST', { as });

  it('have all members, a page, and the id of the request', async () => {
    const response = await send(
      url('/v1/failures?token=secret'),
      'POST',
      { as: 'refusal' },
      { 'x-request-id': 'mine-1' },
    );
    expect(response.headers.get('x-request-id')).toBe('mine-1');
    expect(await problemOf(response)).toEqual({
      type: 'https://leasehold.test/docs/errors/license.domain_limit',
      title: 'The license has as many domains as its plan allows.',
      status: 409,
      detail: 'The plan allows 3 domains.',
      instance: '/v1/failures',
      code: 'license.domain_limit',
      requestId: 'mine-1',
    });
  });

  it('an id that is not one is replaced', async () => {
    const response = await send(url('/v1/nothing'), 'GET', undefined, { 'x-request-id': 'a b"<c' });
    expect(response.headers.get('x-request-id')).toMatch(/^req_[a-z0-9]+$/);
  });

  it('an unknown error tells the caller nothing and the log everything', async () => {
    const problem = await problemOf(await fail('bug'));
    expect(problem).toMatchObject({ code: 'internal_error', detail: 'Something went wrong on our side.' });
    const line = service.lines.find(({ fields }) => fields['requestId'] === problem.requestId);
    expect(line).toMatchObject({ level: 'error', fields: { err: { message: 'secret detail of a bug' } } });
  });

  it.each(['database', 'wrapped'])('a database that cannot be reached (%s) is a passing outage', async (as) => {
    const response = await fail(as);
    expect(response.headers.get('retry-after')).toBe('1');
    const problem = await problemOf(response);
    expect(problem.code).toBe('service_unavailable');
    expect(JSON.stringify(problem)).not.toContain('secret-host');
  });

  it('an unknown address is not found', async () => {
    expect(await refusal(send(url('/v1/nothing'), 'GET'))).toBe('404 not_found');
    expect(await refusal(send(url('/v1/boxes/'), 'POST', { name: 'a' }))).toBe('404 not_found');
  });

  it('a known address with another method says which it takes', async () => {
    const response = await send(url('/v1/boxes'), 'PUT', {});
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
    expect((await problemOf(response)).code).toBe('method_not_allowed');
    expect((await send(url('/v1/boxes/box_0001'), 'OPTIONS')).headers.get('allow')).toBe('DELETE, GET, HEAD');
  });

  it('what is not HTTP is refused on the socket', async () => {
    const answered = await sendRaw('NONSENSE\r\n\r\n');
    expect(answered).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
    expect(answered).toContain('"code":"malformed_request"');
  });
});

describe('documentation', () => {
  it('is a page that loads everything from here', async () => {
    const page = await fetch(url('/docs'));
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await page.text();
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(links).toHaveLength(4);
    for (const link of links) expect((await fetch(new URL(link, url('/docs')))).status).toBe(200);
  });

  it('serves no other file', async () => {
    for (const path of ['index.html', '..%2fpackage.json', 'toString', '%2e%2e%2fpackage.json']) {
      expect(await refusal(fetch(url(`/docs/assets/${path}`)))).toBe('404 not_found');
    }
  });

  it('has the OpenAPI document', async () => {
    const document = (await (await fetch(url('/openapi.json'))).json()) as { openapi: string; paths: object };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toContain('/v1/boxes/{boxId}');
  });

  it('has the page that an error names, as text and as HTML', async () => {
    const { type } = (await (await send(url('/v1/nothing'), 'GET')).json()) as { type: string };
    const page = url(new URL(type).pathname);
    expect(await (await fetch(page)).text()).toMatch(/^# not_found/);
    const html = await (await fetch(page, { headers: { accept: 'text/html,*/*' } })).text();
    expect(html).toContain('<h1>not_found</h1>');
    expect(await refusal(fetch(url('/docs/errors/..%2f..%2fREADME')))).toBe('404 not_found');
    expect(await refusal(fetch(url('/docs/errors/constructor')))).toBe('404 not_found');
  });
});

it('a route beside the pipeline is served', async () => {
  expect(await (await fetch(url('/v1/hot'))).json()).toEqual({ hot: true });
});
