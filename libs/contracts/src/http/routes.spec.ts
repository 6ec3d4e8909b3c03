import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ERRORS } from '../errors.js';
import { SCOPES } from '../scopes.js';
import { catalogRoutes } from './catalog.js';
import { licenseRoutes } from './licenses.js';
import { ROUTES } from './routes.js';
import { webhookRoutes } from './webhooks.js';

const issue = (body: unknown) => licenseRoutes.issueLicense.body.safeParse(body);
const plan = (body: object) =>
  catalogRoutes.createPlan.body.safeParse({ productId: 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb', name: 'pro', ...body });

describe('the route catalog', () => {
  it('has each operation and each method on a path once', () => {
    const ids = ROUTES.map((route) => route.operationId);
    const places = ROUTES.map((route) => `${route.method} ${route.path}`);
    expect(new Set(ids).size).toBe(ROUTES.length);
    expect(new Set(places).size).toBe(ROUTES.length);
  });

  it('names only scopes and errors that exist', () => {
    for (const route of ROUTES) {
      if (route.access.kind === 'secret') expect(SCOPES).toContain(route.access.scope);
      for (const code of route.errors ?? []) expect(ERRORS).toHaveProperty([code]);
    }
  });

  it('reads with a read scope and changes with a write scope', () => {
    for (const route of ROUTES.filter(({ path }) => !path.endsWith('/explain'))) {
      if (route.access.kind !== 'secret') continue;
      expect(route.access.scope).toMatch(route.method === 'GET' ? /:read$/ : /:write$/);
    }
  });

  it('has a schema for every parameter of a path', () => {
    for (const route of ROUTES) {
      const named = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]);
      expect(Object.keys(route.params?.shape ?? {})).toEqual(named);
    }
  });

  it('has a JSON Schema for every body and answer', () => {
    for (const route of ROUTES) {
      if (route.body) expect(z.toJSONSchema(route.body, { io: 'input' })).toBeInstanceOf(Object);
      if (route.answer.schema) expect(z.toJSONSchema(route.answer.schema, { io: 'input' })).toBeInstanceOf(Object);
    }
  });
});

describe('a plan that is asked for', () => {
  it('gets the defaults of the API', () => {
    expect(plan({}).data).toMatchObject({
      features: [],
      limits: {},
      enforcement: { apiCalls: 'hard' },
      period: { unit: 'month', timezone: 'UTC' },
      trialGraceDays: 0,
      graceDays: 7,
      domains: {
        max: 1,
        kinds: ['exact'],
        development: true,
        lateBinding: false,
        moveCooldownHours: 24,
        movesPerYear: 12,
      },
    });
  });

  it.each([
    ['an unknown member', { colour: 'red' }],
    ['a zone that does not exist', { period: { unit: 'month', timezone: 'Mars/Olympus' } }],
    ['a limit that is no integer', { limits: { apiCalls: 1.5 } }],
    ['a negative limit', { limits: { apiCalls: -1 } }],
    ['an unknown kind of domain', { domains: { kinds: ['regex'] } }],
    ['a feature with a space', { features: ['a b'] }],
    ['grace without end', { graceDays: 1e9 }],
  ])('is refused with %s', (_what, body) => {
    expect(plan(body).success).toBe(false);
  });
});

describe('a license that is asked for', () => {
  const planId = 'plan_01jd3mzk4qf8x2v6n0c7r5t9wb';

  it('takes domains as text or as objects, and times with any offset', () => {
    const read = issue({
      planId,
      domains: ['a.com', { domain: 'b.com', www: false }],
      expiresAt: '2027-01-01T01:00:00+01:00',
    });
    expect(read.data).toMatchObject({
      domains: ['a.com', { domain: 'b.com', www: false }],
      expiresAt: Date.parse('2027-01-01T00:00:00Z'),
    });
  });

  it('keeps a feature that is named twice once', () => {
    expect(issue({ planId, features: ['a', 'a'] }).data?.features).toEqual(['a']);
  });

  it.each([
    ['a time without an offset', { expiresAt: '2027-01-01T00:00:00' }],
    ['a day that does not exist', { expiresAt: '2027-02-30T00:00:00Z' }],
    ['an id of another kind', { planId: 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb' }],
    ['101 domains', { domains: Array.from({ length: 101 }, (_, n) => `d${String(n)}.com`) }],
    ['an e-mail that is none', { customer: { reference: 'r', email: 'nobody' } }],
    ['nested metadata', { metadata: { a: { b: 1 } } }],
    ['metadata under no name', { metadata: { '': 1 } }],
    ['metadata with half of a surrogate pair', { metadata: { a: '\ud800' } }],
    ['a customer with a NUL character', { customer: { reference: 'a\0' } }],
    ['a time before 1970', { startsAt: '1969-12-31T23:59:59Z' }],
  ])('is refused with %s', (_what, body) => {
    expect(issue({ planId, ...body }).success).toBe(false);
  });
});

describe('the event types of a webhook endpoint', () => {
  const types = (eventTypes: string[]) =>
    webhookRoutes.createEndpoint.body.safeParse({ url: 'https://example.com/hook', eventTypes }).success;

  it('are types, groups, or all of them', () => {
    expect(types(['license.issued', 'license.*', '*'])).toBe(true);
  });

  it.each(['license.sold', 'lic*', '.*', '', 'licenses.*', 'license.**'])('are never %p', (pattern) => {
    expect(types([pattern])).toBe(false);
  });
});
