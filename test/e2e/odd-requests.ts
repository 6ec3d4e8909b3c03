import type { RouteDefinition } from '@leasehold/contracts';
import type { SeededRandom } from '@leasehold/testing';
import { type RouteExample, targetOf } from './route-examples.js';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  /** Whether it still goes to the route that it was made for. */
  readonly isOnItsRoute: boolean;
}

const TEXTS = [
  '',
  ' ',
  'x',
  'x'.repeat(300),
  'x'.repeat(2_500),
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e\u200f',
  'ﬁ.example',
  'xn--a',
  'xn--zz--.com',
  '*.*.com',
  '**.com',
  '-.com',
  'a..b',
  'http://user:pass@host/',
  '[::1]:80',
  '1.2.3.4',
  '../../etc/passwd',
  "' or 1=1 --",
  '{{7*7}}',
  '${7*7}',
  'lic_0000000000000000000000000000',
  'prod_01jd3mzk4qf8x2v6n0c7r5t9wb',
  'eyJhbGciOiJub25lIn0.e30.',
  'a.b.c',
  '....',
  '2027-13-45T99:99:99Z',
  '+275760-09-13T00:00:00.001Z',
  '__proto__',
  'constructor',
];
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  [],
  [[]],
  [null],
  {},
  { a: { b: { c: {} } } },
  ...TEXTS,
];
const RAW_BODIES = [
  '',
  '{',
  '{"a":1,}',
  '{"a":1}{"a":1}',
  '[1,2',
  'null',
  '"text"',
  '7',
  'NaN',
  '\ufeff{}',
  '{"__proto__":{"a":1}}',
  '{"name":"\\ud800"}',
  '{"name":"a","name":"b"}',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  `{"name":"${'x'.repeat(1_200_000)}"}`,
  'name=value&other=1',
];
const PATH_PARTS = ['%', '%zz', '%ff', '%00', '%2f', '..%2f..', '%E2%80%AE', 'a'.repeat(2_000), '?', ';', '%5c', '*'];
const HEADERS: readonly (readonly [name: string, values: readonly string[]])[] = [
  [
    'authorization',
    ['', 'Bearer', 'Bearer ', 'Basic dTpw', 'Bearer a b', `Bearer ${'x'.repeat(600)}`, 'lh_sk_x', 'Bearer \u00e9'],
  ],
  [
    'content-type',
    ['', 'text/plain', 'application/json; charset=utf-16', 'multipart/form-data', 'application/xml', '\u00e9/\u00e9'],
  ],
  ['content-encoding', ['gzip', 'br', 'identity, gzip', 'x']],
  ['if-match', ['', '7', '"7", "8"', 'W/"1"', '"-1"', '"99999999999999999999"', '*', '\u00ff']],
  ['idempotency-key', ['', ' ', 'x'.repeat(256), '\u00e9', 'a\tb', 'same-key']],
  ['accept', ['text/html', 'image/png', '*/*;q=0', '']],
  ['accept-encoding', ['*;q=0', 'gzip;q=x']],
  ['origin', ['null', 'https://', 'garbage', 'https://example.com:99999']],
  ['x-request-id', ['', 'x'.repeat(500), '<script>', '\u00e9']],
  ['x-forwarded-for', ['garbage', '1.2.3.4, , ::', 'x'.repeat(2_000)]],
  ['host', ['', 'a b', 'evil.example', ':0']],
  ['expect', ['200-ok', '100-continue']],
];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND'];

/** Makes a good request of a route bad, or odd, in one to three ways. */
export function spoil(
  route: RouteDefinition,
  example: RouteExample,
  authorization: string,
  random: SeededRandom,
): WireRequest {
  let { method }: { method: string } = route;
  let target = targetOf(route.path, example);
  const headers: Record<string, string> = { authorization, 'content-type': 'application/json' };
  let body = example.body === undefined ? undefined : Buffer.from(JSON.stringify(example.body));
  const ways = [
    () => (body = Buffer.from(JSON.stringify(replaceSomewhere(example.body, random)) ?? '')),
    () => (body = Buffer.from(JSON.stringify(replaceSomewhere(example.body, random)) ?? '')),
    () => (body = Buffer.from(random.pick(RAW_BODIES))),
    () => (body = Buffer.from(random.bytes(random.integer(0, 64)))),
    () => (target = replacePart(target, random)),
    () => (target = withQuery(target, route, random)),
    () => {
      const [name, values] = random.pick(HEADERS);
      headers[name] = random.pick(values);
    },
    () => {
      if (random.next() < 0.3) method = random.pick(METHODS);
    },
  ];
  for (let times = random.integer(1, 3); times > 0; times -= 1) random.pick(ways)();
  const pathOf = (text: string): string => text.split('?', 1)[0] ?? '';
  const isOnItsRoute = method === route.method && pathOf(target) === pathOf(targetOf(route.path, example));
  return { method, target, headers, body, isOnItsRoute };
}

/** The same data with one member, item or the whole of it replaced, left out or added. */
function replaceSomewhere(value: unknown, random: SeededRandom): unknown {
  if (typeof value !== 'object' || value === null || random.next() < 0.15) return random.pick(VALUES);
  if (Array.isArray(value)) {
    const at = random.integer(0, Math.max(0, value.length - 1));
    return value.map((item: unknown, index) => (index === at ? replaceSomewhere(item, random) : item));
  }
  const members = Object.entries(value);
  const chance = random.next();
  if (chance < 0.15 || members.length === 0) return { ...value, [random.pick(TEXTS)]: random.pick(VALUES) };
  const [name, member] = random.pick(members) as [string, unknown];
  if (chance < 0.25) return Object.fromEntries(members.filter(([other]) => other !== name));
  return { ...value, [name]: replaceSomewhere(member, random) };
}

function replacePart(target: string, random: SeededRandom): string {
  const parts = target.split('/');
  const at = random.integer(1, parts.length - 1);
  parts[at] = random.next() < 0.5 ? random.pick(PATH_PARTS) : encodeURIComponent(random.pick(TEXTS).toWellFormed());
  return parts.join('/');
}

function withQuery(target: string, { query }: RouteDefinition, random: SeededRandom): string {
  const names = [...Object.keys(query?.shape ?? {}), 'cursor', 'limit', 'unheard', '__proto__'];
  const pair = (): string =>
    `${random.pick(names)}=${random.next() < 0.2 ? random.pick(PATH_PARTS) : encodeURIComponent(random.pick(TEXTS).toWellFormed())}`;
  const cursor = `cursor=${Buffer.from(JSON.stringify(random.pick(VALUES)) ?? '').toString('base64url')}`;
  const added = [pair(), ...(random.next() < 0.3 ? [pair()] : []), ...(random.next() < 0.2 ? [cursor] : [])].join('&');
  return `${target}${target.includes('?') ? '&' : '?'}${added}`;
}
