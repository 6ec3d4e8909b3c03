import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ERRORS, ROUTES, type RouteDefinition } from '@leasehold/contracts';
import { captureHttp, type HttpCapture, seededRandom } from '@leasehold/testing';
import { type AnswerChecker, createAnswerChecker } from './answer-checker.js';
import { apiClient } from './api-client.js';
import { fetchOpenApi, type Operation } from './open-api-document.js';
import { spoil, type WireRequest } from './odd-requests.js';
import { type DataFolder, openDataFolder, type PlatformProcess } from './platform-process.js';
import { ROUTE_EXAMPLES, type RouteExample } from './route-examples.js';
import { openTenantWorld } from './tenant-world.js';
import { type WireAnswer, type WireClient, wireClient } from './wire-client.js';

const REQUESTS = 3_000;
const AT_ONCE = 16;

const random = seededRandom();
let folder: DataFolder;
let receiver: HttpCapture;
let platform: PlatformProcess;
let wire: WireClient;
let operations: readonly Operation[];
let faultsOf: AnswerChecker;
const examples = new Map<string, RouteExample>();

beforeAll(async () => {
  [folder, receiver] = await Promise.all([openDataFolder(), captureHttp()]);
  platform = await folder.start();
  wire = wireClient(platform.url);
  const world = await openTenantWorld(apiClient(platform.url), folder.keys(), receiver.url);
  const openApi = await fetchOpenApi(world.vendor.api);
  ({ operations } = openApi);
  faultsOf = createAnswerChecker(openApi.document);
  for (const { operationId } of ROUTES) examples.set(operationId, (await ROUTE_EXAMPLES[operationId]?.(world)) ?? {});
}, 120_000);
afterAll(async () => {
  wire.close();
  await folder.remove();
  await receiver.close();
}, 60_000);

const keyFor = ({ access }: RouteDefinition): string =>
  access.kind === 'operator' ? folder.keys().operatorKey : folder.keys().secretKey;

/** What may never be shown: where the code is, what was thrown, what was asked of the database. */
const INSIDE = /\n\s+at |node_modules|\/(?:apps|libs)\/|\.[jt]s:\d|\bselect .+ from\b|violates|ECONN|errno/i;

/** In what an answer breaks the promise; nothing when it keeps it. */
function faultOf(operationId: string, { method, isOnItsRoute }: WireRequest, answer: WireAnswer): string | undefined {
  const { status, headers, text } = answer;
  const contentType = headers.get('content-type') ?? '';
  if (status >= 500) return `a ${status}`;
  if (INSIDE.test(text) && contentType !== 'text/html; charset=utf-8') return 'it shows the inside';
  const operation = isOnItsRoute ? operations.find((one) => one.operationId === operationId) : undefined;
  const faults = operation === undefined ? [] : faultsOf(operation, answer);
  if (faults.length > 0) return faults.join('; ');
  if (status < 400 || method === 'HEAD') return undefined;
  if (!contentType.startsWith('application/problem+json')) return `a ${status} of type ${contentType}`;
  const { code, requestId } = JSON.parse(text) as { code: string; requestId: string };
  if (!Object.hasOwn(ERRORS, code)) return `a code that is not registered: ${code}`;
  if (ERRORS[code as keyof typeof ERRORS].status !== status) return `a ${status} with the code ${code}`;
  return typeof requestId === 'string' ? undefined : 'no requestId';
}

const short = (one: WireRequest): object => ({
  ...one,
  target: one.target.slice(0, 200),
  body: one.body?.subarray(0, 300).toString('latin1'),
});

describe('whatever is sent', () => {
  it('is answered by a problem with a stable code, or by what the route promises', async () => {
    const bad: object[] = [];
    const statuses = new Map<number, number>();
    let left = REQUESTS;
    const work = async (): Promise<void> => {
      while (left-- > 0) {
        const route = random.pick(ROUTES);
        const one = spoil(route, examples.get(route.operationId) ?? {}, `Bearer ${keyFor(route)}`, random);
        const answer = await wire
          .send(one)
          .catch((error: unknown) => ({ status: 599, headers: new Headers(), text: String(error) }));
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const fault = faultOf(route.operationId, one, answer);
        if (fault !== undefined) bad.push({ fault, ...short(one), answer: answer.text.slice(0, 500) });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    process.stderr.write(`${REQUESTS} odd requests: ${JSON.stringify(Object.fromEntries([...statuses].sort()))}\n`);
    expect(bad).toEqual([]);
    for (const status of [400, 401, 404, 405, 413, 415, 422])
      expect([status, statuses.has(status)]).toEqual([status, true]);
  }, 120_000);

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['a header without a colon', 'GET /livez HTTP/1.1\r\nhost: a\r\nno colon here\r\n\r\n'],
    ['two lengths', 'POST /v1/products HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'],
    [
      'a length and chunks',
      'POST /v1/products HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}',
    ],
    ['a length that is no number', 'POST /v1/products HTTP/1.1\r\nhost: a\r\ncontent-length: two\r\n\r\n{}'],
    ['a control character in a header', 'GET /livez HTTP/1.1\r\nhost: a\r\nx: a\u0001b\r\n\r\n'],
    ['very long headers', `GET /livez HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`],
    ['a space in the target', 'GET /v1/pro ducts HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['an unknown method', 'FETCH /v1/products HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['chunks that are none', 'POST /v1/products HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
    ['no host', 'GET /v1/products HTTP/1.1\r\n\r\n'],
  ])('%s is answered by a 4xx and a closed connection', async (_what, bytes) => {
    const answer = await wire.sendBytes(bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toMatch(INSIDE);
  });

  it('has broken nothing: the platform is ready, and its log tells of no error', async () => {
    expect((await fetch(`${platform.url}/readyz`)).status).toBe(200);
    const lines = platform
      .stdout()
      .split('\n')
      .filter((line) => /"level":"(error|fatal)"/.test(line));
    expect(lines).toEqual([]);
  });
});
