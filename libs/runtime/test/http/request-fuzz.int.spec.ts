import { request as openRequest } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@leasehold/testing';
import { localKeyEncryptionKey } from '@leasehold/tokens';
import fc from 'fast-check';
import pg from 'pg';
import { Idempotency } from '../../src/http/idempotency.js';
import { idempotencyMigrationSql } from '../../src/http/idempotency-table.js';
import { countingRandom, type PipelineApp, startPipelineApp } from './pipeline-app.js';

let database: TestDatabase;
let pool: pg.Pool;
let service: PipelineApp;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
  await pool.query(idempotencyMigrationSql());
  const random = countingRandom();
  const keyEncryptionKey = localKeyEncryptionKey(random(32), random);
  const logger = { error: () => undefined };
  service = await startPipelineApp(
    new Idempotency({ pool, clock: { now: () => 0 }, random, keyEncryptionKey, logger }),
  );
});
afterAll(async () => {
  await service.close();
  await pool.end();
  await database.drop();
});

interface Fuzzed {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

interface Seen {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Node's own client, since fetch corrects what is odd in an address. */
const sendFuzzed = ({ method, path, headers, body }: Fuzzed): Promise<Seen> =>
  new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const request = openRequest(service.url, { method, path, headers: { ...headers, ...length } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      const type = response.headers['content-type'] ?? '';
      response.on('end', () => resolve({ status: response.statusCode ?? 0, type, body: text }));
    });
    request.on('error', reject);
    request.end(body);
  });

const odd = fc.constantFrom(
  '%00',
  '%',
  '%zz',
  '%ff',
  '%ed%a0%80',
  '..',
  '%2e%2e',
  '%2f',
  '__proto__',
  'constructor',
  '*',
  ':',
);
const piece = fc.oneof(odd, fc.webSegment({ size: 'small' }), fc.constantFrom('boxes', 'box_0001', 'change', 'checks'));
const path = fc
  .tuple(fc.array(piece, { maxLength: 4 }), fc.array(fc.tuple(piece, piece), { maxLength: 3 }))
  .map(([steps, query]) => `/v1/${steps.join('/')}?${query.map((pair) => pair.join('=')).join('&')}`);
const known = fc.constantFrom(
  '/v1/boxes',
  '/v1/boxes?limit=2',
  '/v1/boxes/box_0001',
  '/v1/boxes/box_0001/change',
  '/v1/operations',
  '/docs/errors/not_found',
);
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom('\0', '\ud800', '__proto__', ''));
const box = fc.record(
  {
    name: fc.oneof(text, fc.jsonValue()),
    size: fc.oneof(fc.double(), fc.jsonValue()),
    tags: fc.oneof(fc.array(fc.oneof(text, fc.record({ tag: text }))), fc.jsonValue()),
    inner: fc.oneof(fc.record({ deep: text }), fc.jsonValue()),
    metadata: fc.oneof(fc.dictionary(text, text), fc.jsonValue()),
    note: text,
  },
  { requiredKeys: [] },
);
const fuzzed: fc.Arbitrary<Fuzzed> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'POST', 'POST', 'DELETE', 'PATCH', 'PUT', 'OPTIONS', 'HEAD'),
  path: fc.oneof({ weight: 2, arbitrary: known }, path),
  headers: fc.record(
    {
      authorization: fc.constantFrom('Bearer lh_sk_all', 'Bearer lh_sk_all', 'Bearer lh_op_one', 'Bearer x', 'x'),
      'content-type': fc.constantFrom('application/json', 'application/json', 'text/plain', 'x', ';', 'a/b;c="'),
      'idempotency-key': fc.string({ maxLength: 10 }).map((key) => key.replaceAll(/[^ -~]/g, '')),
      'if-match': fc.constantFrom('"1"', '*', '1', '"', 'W/"99999999999999999999"'),
      'content-encoding': fc.constantFrom('gzip', 'identity'),
      'x-request-id': fc.constantFrom('a', '<b>'),
      accept: fc.constantFrom('text/html', '*/*', ';;'),
    },
    { requiredKeys: ['authorization'] },
  ),
  body: fc.oneof(
    box.map((value) => JSON.stringify(value)),
    fc.json(),
    fc.uint8Array({ maxLength: 60 }),
    fc.constant(undefined),
  ),
});

it('whatever is sent, the answer is none of a broken server, and every refusal is a problem', async () => {
  await fc.assert(
    fc.asyncProperty(fuzzed, async (request) => {
      const { status, type, body } = await sendFuzzed(request);
      expect(status).toBeLessThan(500);
      if (status < 400 || request.method === 'HEAD') return;
      expect(type).toBe('application/problem+json');
      expect(JSON.parse(body)).toMatchObject({ status, code: expect.any(String), requestId: expect.any(String) });
    }),
    { numRuns: 1_500 },
  );
}, 60_000);
