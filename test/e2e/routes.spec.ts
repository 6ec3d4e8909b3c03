import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROUTES, type Scope, SCOPES } from '@leasehold/contracts';
import { captureHttp, type HttpCapture } from '@leasehold/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
import { type AnswerChecker, createAnswerChecker } from './answer-checker.js';
import { type ApiAnswer, type ApiClient, apiClient } from './api-client.js';
import { fetchOpenApi, type OpenApiText, type Operation } from './open-api-document.js';
import { type DataFolder, openDataFolder } from './platform-process.js';
import { ROUTE_EXAMPLES, type RouteExample, targetOf } from './route-examples.js';
import { openTenantWorld, type TenantWorld } from './tenant-world.js';

let folder: DataFolder;
let receiver: HttpCapture;
let anonymous: ApiClient;
let openApi: OpenApiText;
let world: TenantWorld;
let faultsOf: AnswerChecker;

const ids = ROUTES.map(({ operationId }) => operationId);
const operationOf = (id: string): Operation => {
  const operation = openApi.operations.find(({ operationId }) => operationId === id);
  if (operation === undefined) throw new Error(`${id} is not in the document`);
  return operation;
};
const exampleOf = async (id: string): Promise<RouteExample> => (await ROUTE_EXAMPLES[id]?.(world)) ?? {};
const send = async (id: string, key: string | undefined, example: RouteExample): Promise<ApiAnswer> => {
  const operation = operationOf(id);
  return await anonymous.as(key).send(operation.method, targetOf(operation.path, example), example.body);
};

/** Who may call, by the document alone. */
const accessOf = ({ security }: Operation): 'public' | 'optional' | 'operator' | { readonly scope: Scope } => {
  if (security.length === 0) return 'public';
  if (security.some((way) => Object.keys(way).length === 0)) return 'optional';
  const scope = security[0]?.['apiKey']?.[0];
  return scope === undefined ? 'operator' : { scope: scope as Scope };
};

/** Keys whose scopes are all, or all but one. */
const keyWith = async (scopes: readonly Scope[]): Promise<string> => (await world.newApiKey(scopes)).key;

const keyFor = async (operation: Operation): Promise<string | undefined> => {
  const access = accessOf(operation);
  if (access === 'public') return undefined;
  if (access === 'optional') return world.publishableKey;
  return access === 'operator' ? folder.keys().operatorKey : await keyWith([access.scope]);
};

beforeAll(async () => {
  [folder, receiver] = await Promise.all([openDataFolder(), captureHttp()]);
  const { url } = await folder.start();
  anonymous = apiClient(url);
  openApi = await fetchOpenApi(anonymous);
  faultsOf = createAnswerChecker(openApi.document);
  world = await openTenantWorld(anonymous, folder.keys(), receiver.url);
}, 90_000);
afterAll(async () => {
  await folder.remove();
  await receiver.close();
}, 60_000);

describe('the document of the API', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(openApi.document).toMatchObject({ openapi: '3.1.0' });
    expect(await new Validator().validate(structuredClone(openApi.document))).toEqual({ valid: true });
  });

  it('has every route there is, and this file has an example of each', () => {
    expect(openApi.operations.map(({ operationId }) => operationId).sort()).toEqual([...ids].sort());
    expect(Object.keys(ROUTE_EXAMPLES).sort()).toEqual([...ids].sort());
  });
});

describe('every route', () => {
  it.each(ids)(
    '%s answers as the document says, to a key with its scope alone',
    async (id) => {
      const operation = operationOf(id);
      const example = await exampleOf(id);
      const answer = await send(id, await keyFor(operation), example);
      expect([answer.status, answer.text]).toEqual([expect.any(Number), expect.any(String)]);
      expect(answer.status).toBeLessThan(300);
      expect(faultsOf(operation, answer)).toEqual([]);
    },
    40_000,
  );

  it.each(ids)('%s lets nobody in without a good key, but where the document says so', async (id) => {
    const operation = operationOf(id);
    const access = accessOf(operation);
    const none = await send(id, undefined, {});
    const wrong = await send(id, `${folder.keys().secretKey.slice(0, -1)}?`, {});
    const unknown = await send(id, 'lh_sk_none', {});
    if (access === 'public') {
      expect([none.status, wrong.status, unknown.status]).not.toContain(401);
      return;
    }
    if (access === 'optional') expect(none.status).not.toBe(401);
    else expect(none).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(unknown).toMatchObject({ status: 401, body: { code: 'invalid_api_key' } });
    for (const answer of [wrong, unknown]) {
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
      expect(faultsOf(operation, answer)).toEqual([]);
    }
  });

  it.each(ids)('%s refuses a publishable key, but where the document says otherwise', async (id) => {
    const operation = operationOf(id);
    const access = accessOf(operation);
    const answer = await send(id, world.publishableKey, {});
    if (access === 'public' || access === 'optional') {
      expect(answer.status).not.toBe(403);
      return;
    }
    const code = access === 'operator' ? 'operator_key_required' : 'secret_key_required';
    expect(answer).toMatchObject({ status: 403, body: { code } });
    expect(faultsOf(operation, answer)).toEqual([]);
  });

  it.each(ids)('%s refuses a secret key without its scope, whatever else it may do', async (id) => {
    const operation = operationOf(id);
    const access = accessOf(operation);
    if (typeof access !== 'object') {
      const answer = await send(id, world.secretKey, {});
      expect(answer.status === 403).toBe(access === 'operator');
      return;
    }
    const answer = await send(id, await keyWith(SCOPES.filter((scope) => scope !== access.scope)), {});
    expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
    expect(faultsOf(operation, answer)).toEqual([]);
  });
});
