import { describe, expect, it } from '@jest/globals';
import { type Access, type RouteDefinition, ROUTES, SCOPES, type Scope } from '@leasehold/contracts';
import { admit } from './access.js';
import { ANONYMOUS, type Authenticator, type Caller } from './caller.js';
import { ProblemError } from './problem-error.js';

const routeWith = (access: Access, errors: RouteDefinition['errors'] = []): RouteDefinition => ({
  operationId: 'x',
  service: 'issuance',
  method: 'GET',
  path: '/v1/x',
  tag: 'X',
  summary: 'X',
  access,
  errors,
  answer: { status: 200, description: 'X' },
});
const secretWith = (scopes: readonly Scope[]): Caller => ({ kind: 'secret', tenantId: 'ten_1', apiKeyId: 'k', scopes });
const publishable: Caller = { kind: 'publishable', tenantId: 'ten_1', apiKeyId: 'k', scopes: SCOPES };
const operator: Caller = { kind: 'operator', apiKeyId: 'k', scopes: SCOPES };

const nobodyIsAsked: Authenticator = {
  authenticate: () => {
    throw new Error('nobody should be asked');
  },
};
const refusalOf = (enter: () => unknown): ProblemError | undefined => {
  try {
    enter();
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
};
/** Lets a caller with a key in: `admitted`, or the code of the refusal. */
const outcome = (route: RouteDefinition, caller: Caller | undefined): string => {
  let entered: unknown;
  const refusal = refusalOf(() => (entered = admit(route, 'Bearer key', { authenticate: () => caller })));
  if (refusal !== undefined) return refusal.code;
  return entered === caller || entered === ANONYMOUS ? 'admitted' : 'taken for somebody else';
};

describe('a route that takes a secret key', () => {
  it('admits exactly the keys with its scope: every scope against every other, so that writing does not imply reading', () => {
    for (const needed of SCOPES) {
      for (const held of SCOPES) {
        const expected = needed === held ? 'admitted' : 'insufficient_scope';
        const seen = outcome(routeWith({ kind: 'secret', scope: needed }), secretWith([held]));
        expect(`${held} for ${needed}: ${seen}`).toBe(`${held} for ${needed}: ${expected}`);
      }
    }
  });

  it.each(SCOPES)('admits for %s no key without scopes, no other kind of key, and a secret key with all', (scope) => {
    const route = routeWith({ kind: 'secret', scope });
    expect(outcome(route, secretWith([]))).toBe('insufficient_scope');
    expect(outcome(route, secretWith(SCOPES))).toBe('admitted');
    expect(outcome(route, publishable)).toBe('secret_key_required');
    expect(outcome(route, operator)).toBe('secret_key_required');
    expect(outcome(route, undefined)).toBe('invalid_api_key');
  });

  it('tells a key without the scope which it needs, for people and for machines', () => {
    const route = routeWith({ kind: 'secret', scope: 'usage:write' });
    const refusal = refusalOf(() => admit(route, 'Bearer k', { authenticate: () => secretWith(['usage:read']) }));
    expect(refusal?.detail).toBe('This route needs a key with the scope usage:write.');
    expect(refusal?.headers).toEqual({
      'WWW-Authenticate': 'Bearer realm="leasehold", error="insufficient_scope", scope="usage:write"',
    });
  });

  it('leaves the operator to the handler where its codes say so, and nobody else', () => {
    const route = routeWith({ kind: 'secret', scope: 'signing-keys:write' }, ['operator_key_required']);
    expect(outcome(route, operator)).toBe('admitted');
    expect(outcome(route, publishable)).toBe('secret_key_required');
    expect(outcome(route, secretWith(['signing-keys:read']))).toBe('insufficient_scope');
  });
});

describe('a route of the operator', () => {
  it('admits the operator alone, whatever scopes another key has', () => {
    const route = routeWith({ kind: 'operator' });
    expect(outcome(route, operator)).toBe('admitted');
    expect(outcome(route, secretWith(SCOPES))).toBe('operator_key_required');
    expect(outcome(route, publishable)).toBe('operator_key_required');
    expect(outcome(route, undefined)).toBe('invalid_api_key');
  });
});

describe('a route of validation', () => {
  const route = routeWith({ kind: 'validation' });

  it('admits any known key, and none at all', () => {
    for (const caller of [publishable, secretWith([]), operator]) expect(outcome(route, caller)).toBe('admitted');
    expect(admit(route, undefined, nobodyIsAsked)).toBe(ANONYMOUS);
  });

  it('refuses a key that is given and wrong', () => {
    expect(outcome(route, undefined)).toBe('invalid_api_key');
    expect(refusalOf(() => admit(route, 'Basic abc', nobodyIsAsked))?.code).toBe('unauthenticated');
  });
});

it('a public route asks nobody who calls, whatever is sent', () => {
  for (const sent of [undefined, 'Bearer key', 'nonsense']) {
    expect(admit(routeWith({ kind: 'public' }), sent, nobodyIsAsked)).toBe(ANONYMOUS);
  }
});

describe('the Authorization header', () => {
  const route = routeWith({ kind: 'operator' });
  const keyOf = (authorization: string): string | undefined => {
    let asked: string | undefined;
    const authenticate = (key: string): Caller => {
      asked = key;
      return operator;
    };
    refusalOf(() => admit(route, authorization, { authenticate }));
    return asked;
  };

  it.each([
    ['Bearer lh_op_1', 'lh_op_1'],
    ['bearer lh_op_1', 'lh_op_1'],
    ['Bearer AZaz09', 'AZaz09'],
    ['BEARER   lh_op_1', 'lh_op_1'],
    ['Bearer a-b.c_d~e+f/g==', 'a-b.c_d~e+f/g=='],
    [`Bearer ${'x'.repeat(512)}`, 'x'.repeat(512)],
  ])('%j has a key', (authorization, key) => {
    expect(keyOf(authorization)).toBe(key);
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearerlh_op_1',
    ' Bearer lh_op_1',
    'Bearer lh_op_1 ',
    'Bearer a b',
    'Bearer a,b',
    'Bearer "a"',
    'Bearer é',
    'Bearer\tlh_op_1',
    'Basic lh_op_1',
    'lh_op_1',
    `Bearer ${'x'.repeat(513)}`,
  ])('%j has none, and is answered as if it were absent', (authorization) => {
    expect(keyOf(authorization)).toBeUndefined();
    const [refusal, absent] = [authorization, undefined].map((sent) =>
      refusalOf(() => admit(route, sent, nobodyIsAsked)),
    );
    expect(refusal?.code).toBe('unauthenticated');
    expect(refusal?.headers).toEqual({ 'WWW-Authenticate': 'Bearer realm="leasehold"' });
    expect(absent).toEqual(refusal);
  });

  it('with a key that nobody has is challenged to send another token', () => {
    const refusal = refusalOf(() => admit(route, 'Bearer x', { authenticate: () => undefined }));
    expect(refusal?.headers).toEqual({ 'WWW-Authenticate': 'Bearer realm="leasehold", error="invalid_token"' });
  });
});

it('a key that is looked up later is judged by the same rules', async () => {
  const route = routeWith({ kind: 'secret', scope: 'plans:read' });
  const later = (caller: Caller | undefined) =>
    Promise.resolve(admit(route, 'Bearer x', { authenticate: () => Promise.resolve(caller) }));
  await expect(later(secretWith(['plans:read']))).resolves.toEqual(secretWith(['plans:read']));
  await expect(later(secretWith(['plans:write']))).rejects.toMatchObject({ code: 'insufficient_scope' });
  await expect(later(publishable)).rejects.toMatchObject({ code: 'secret_key_required' });
  await expect(later(undefined)).rejects.toMatchObject({ code: 'invalid_api_key' });
});

describe('the routes of the contract', () => {
  it.each(ROUTES.map((one) => [`${one.method} ${one.path}`, one] as const))('%s keeps strangers out', (_name, one) => {
    const strangers = { publishable: outcome(one, publishable), 'no scopes': outcome(one, secretWith([])) };
    const expected: Record<Access['kind'], typeof strangers> = {
      public: { publishable: 'admitted', 'no scopes': 'admitted' },
      validation: { publishable: 'admitted', 'no scopes': 'admitted' },
      operator: { publishable: 'operator_key_required', 'no scopes': 'operator_key_required' },
      secret: { publishable: 'secret_key_required', 'no scopes': 'insufficient_scope' },
    };
    expect(strangers).toEqual(expected[one.access.kind]);
  });

  it('read with scopes of reading and change with scopes of writing', () => {
    const odd = ROUTES.filter(
      ({ method, access }) => access.kind === 'secret' && access.scope.endsWith(':read') !== (method === 'GET'),
    );
    // explaining a verdict changes nothing, and takes a body
    expect(odd.map(({ path }) => path)).toEqual(['/v1/licenses/explain']);
  });
});
