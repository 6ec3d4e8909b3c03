import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ROUTE_EXAMPLES, type RouteExample } from './route-examples.fixture.js';
import type { RouteDefinition } from './route.js';
import { ROUTES } from './routes.js';

const exampleOf = ({ operationId }: RouteDefinition): RouteExample => ROUTE_EXAMPLES[operationId] ?? {};
const accepts = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;
const named = (routes: readonly RouteDefinition[]): [string, RouteDefinition][] =>
  routes.map((route) => [route.operationId, route]);

/** Every place in a JSON value, deepest last, and the value with something else in that place. */
const places = (value: unknown, path = ''): readonly string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, member]) => [`${path}${name}`, ...places(member, `${path}${name}/`)]);
const without = (value: unknown, path: string): unknown => edited(value, path.split('/'), undefined);
const replaced = (value: unknown, path: string, by: unknown): unknown => edited(value, path.split('/'), { by });
const edited = (
  value: unknown,
  [name = '', ...rest]: readonly string[],
  change: { by: unknown } | undefined,
): unknown => {
  const copy: unknown = structuredClone(value);
  const holder = copy as Record<string, unknown>;
  if (rest.length > 0) holder[name] = edited(holder[name], rest, change);
  else if (change === undefined) Reflect.deleteProperty(holder, name);
  else holder[name] = change.by;
  return copy;
};
const isInArray = (value: unknown, path: string): boolean => {
  const steps = path.split('/').slice(0, -1);
  return Array.isArray(steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], value));
};

/** Members that a schema names, wherever they stand; a member the examples lack would be one nobody has looked at. */
const namedMembers = (schema: z.ZodType): ReadonlySet<string> => {
  const found = new Set<string>();
  JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), (key, inner: unknown) => {
    if (key === 'properties') Object.keys(inner as object).forEach((name) => found.add(name));
    return inner;
  });
  return found;
};
const membersOf = (value: unknown): ReadonlySet<string> => new Set(places(value).flatMap((path) => path.split('/')));

it('every route has an example, and nothing else has', () => {
  expect(Object.keys(ROUTE_EXAMPLES).sort()).toEqual(ROUTES.map(({ operationId }) => operationId).sort());
});

describe.each(named(ROUTES))('%s', (_operation, route) => {
  const example = exampleOf(route);

  it('has in its example exactly the parts it takes and gives', () => {
    const takes = { params: route.params, query: route.query, body: route.body, answer: route.answer.schema };
    for (const [part, schema] of Object.entries(takes)) expect([part, part in example]).toEqual([part, !!schema]);
  });

  it('accepts its example, in which every member is set', () => {
    for (const [schema, value] of [
      [route.params, example.params],
      [route.query, example.query],
      [route.body, example.body],
      [route.answer.schema, example.answer],
    ] as const) {
      if (!schema) continue;
      expect(schema.safeParse(value)).toHaveProperty('success', true);
      expect([...namedMembers(schema)].filter((name) => !membersOf(value).has(name))).toEqual([]);
    }
  });
});

const answering = ROUTES.filter((route) => route.answer.schema !== undefined);

describe.each(named(answering))('the answer of %s', (_operation, route) => {
  const { answer, mayBeAbsent = [] } = exampleOf(route);
  const schema = route.answer.schema ?? z.never();

  it('has every member that is promised: only those that may be absent may', () => {
    const absent = places(answer).filter((path) => !isInArray(answer, path) && accepts(schema, without(answer, path)));
    expect(absent.sort()).toEqual([...mayBeAbsent].sort());
  });

  it('has no member of another type', () => {
    const open = /(^|\/)(evidence|keys\/0|data\/0\/data)\//;
    const closed = places(answer).filter((path) => !open.test(path));
    expect(
      closed.filter((path) =>
        accepts(
          schema,
          replaced(answer, path, () => undefined),
        ),
      ),
    ).toEqual([]);
  });
});

/** Validation reads its bodies by hand, and each usage event is judged by itself. */
const OPEN_BODIES = ['validateLicense', 'validateBatch', 'explainValidation', 'recordUsage'];
const strict = ROUTES.filter((route) => route.body !== undefined && !OPEN_BODIES.includes(route.operationId));

describe.each(named(strict))('the body of %s', (_operation, route) => {
  const { body = {} } = exampleOf(route);
  const schema = route.body ?? z.never();

  it.each([null, 'text', 7, true, [[]]])('is an object and not %j', (value) => {
    expect(accepts(schema, value)).toBe(false);
  });

  it('has no member that is not known, so that a misspelled one is no silent no', () => {
    expect(schema.safeParse({ ...body, colour: 'red' })).toHaveProperty(
      'error.issues.0',
      expect.objectContaining({ code: 'unrecognized_keys', keys: ['colour'] }),
    );
  });

  it('takes null for no member, since absent is how a member is left out', () => {
    const members = Object.keys(body);
    expect(members.filter((name) => accepts(schema, { ...body, [name]: null }))).toEqual([]);
  });

  it('takes no other type for a member', () => {
    const wrong = [[[[]]], { nested: { deep: {} } }];
    for (const name of Object.keys(body))
      for (const value of wrong) expect(accepts(schema, { ...body, [name]: value })).toBe(false);
  });
});

const listing = ROUTES.filter((route) => route.query !== undefined);

describe.each(named(listing))('the query of %s', (_operation, route) => {
  const { query = {} } = exampleOf(route);
  const schema = route.query ?? z.never();

  it('has no parameter that is not known', () => {
    expect(accepts(schema, { ...query, filter: 'x' })).toBe(false);
  });

  it('takes no empty text for a parameter but for the zone, which the service judges', () => {
    const taken = Object.keys(query).filter((name) => accepts(schema, { ...query, [name]: '' }));
    expect(taken).toEqual('timezone' in query ? ['timezone'] : []);
  });

  it('takes no parameter twice', () => {
    const twice = Object.entries(query).filter(([name, text]) => accepts(schema, { ...query, [name]: [text, text] }));
    expect(twice).toEqual([]);
  });
});

const addressed = ROUTES.filter((route) => route.params !== undefined);

describe.each(named(addressed))('the path of %s', (_operation, route) => {
  const { params = {} } = exampleOf(route);
  const schema = route.params ?? z.never();
  const ids = Object.keys(params).filter((name) => name !== 'domain');

  it.each([
    ['in capitals', (id: string) => id.toUpperCase()],
    ['with a character too many', (id: string) => `${id}0`],
    ['with a character too few', (id: string) => id.slice(0, -1)],
    ['of another kind', (id: string) => id.replace(/^[a-z]+/, 'xyz')],
    ['with a letter that ids do not have', (id: string) => `${id.slice(0, -1)}l`],
    ['with a line after it', (id: string) => `${id}\n`],
    ['with a NUL', (id: string) => `${id}\0`],
    ['that is empty', () => ''],
  ])('takes no id %s', (_what, change) => {
    for (const id of ids) expect(accepts(schema, { ...params, [id]: change(params[id] ?? '') })).toBe(false);
  });
});
