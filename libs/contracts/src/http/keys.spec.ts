import { describe, expect, it, test } from '@jest/globals';
import type { z } from 'zod';
import { keyRoutes } from './keys.js';

const reads = (schema: z.ZodType, sent: unknown): unknown => {
  const parsed = schema.safeParse(sent);
  return parsed.success ? parsed.data : 'refused';
};

describe('an API key that is asked for', () => {
  const ask = (changes: object): unknown =>
    reads(keyRoutes.createApiKey.body, { name: 'backend', kind: 'secret', ...changes });

  it('has the scopes and the rate it names, a scope that is named twice once', () => {
    expect(ask({})).toEqual({ name: 'backend', kind: 'secret' });
    expect(ask({ scopes: ['usage:read', 'plans:read', 'usage:read'] })).toHaveProperty('scopes', [
      'usage:read',
      'plans:read',
    ]);
  });

  it('has no scopes when it is publishable', () => {
    expect(ask({ kind: 'publishable' })).toEqual({ name: 'backend', kind: 'publishable' });
  });

  test.each([[{ perSecond: 0.001, burst: 1 }], [{ perSecond: 1_000_000, burst: 1_000_000 }]])(
    'may have the rate %j',
    (rate) => {
      expect(ask({ rate })).toHaveProperty('rate', rate);
    },
  );

  test.each<[string, object]>([
    ['a rate of nothing', { rate: { perSecond: 0, burst: 1 } }],
    ['a rate below zero', { rate: { perSecond: -1, burst: 1 } }],
    ['a rate without end', { rate: { perSecond: Infinity, burst: 1 } }],
    ['a rate beyond a million', { rate: { perSecond: 1_000_001, burst: 1 } }],
    ['a burst of nothing', { rate: { perSecond: 1, burst: 0 } }],
    ['a burst of a fraction', { rate: { perSecond: 1, burst: 1.5 } }],
    ['a burst beyond a million', { rate: { perSecond: 1, burst: 1_000_001 } }],
    ['half a rate', { rate: { perSecond: 1 } }],
    ['an unknown member of the rate', { rate: { perSecond: 1, burst: 1, perMinute: 1 } }],
    ['no scope at all', { scopes: [] }],
    ['a scope that is none', { scopes: ['licenses:delete'] }],
    ['all scopes by a star', { scopes: ['*'] }],
    ['a scope in capitals', { scopes: ['Licenses:read'] }],
    ['the kind of the operator', { kind: 'operator' }],
    ['scopes without being secret', { kind: 'publishable', scopes: ['licenses:read'] }],
  ])('never has %s', (_what, changes) => {
    expect(ask(changes)).toBe('refused');
  });
});

describe('the rotation of a signing key', () => {
  const ask = (sent: object): unknown => reads(keyRoutes.rotateSigningKey.body, sent);

  it('is of the tenant’s licenses, and planned, unless told otherwise', () => {
    expect(ask({})).toEqual({ purpose: 'license', activate: 'scheduled' });
    expect(ask({ purpose: 'receipt', activate: 'now' })).toEqual({ purpose: 'receipt', activate: 'now' });
  });

  test.each([{ purpose: 'status' }, { activate: 'later' }, { activate: true }, { kid: 'k' }])('is never %j', (sent) => {
    expect(ask(sent)).toBe('refused');
  });
});
