import { describe, expect, it } from '@jest/globals';
import { actorOf, tenantOf } from './caller-identity.js';

const scopes = [] as const;

describe('the caller of a request', () => {
  it('is recorded by its key, the operator as such', () => {
    expect(actorOf({ kind: 'secret', tenantId: 'ten_a', apiKeyId: 'key_a', scopes })).toEqual({
      type: 'api_key',
      id: 'key_a',
    });
    expect(actorOf({ kind: 'operator', apiKeyId: 'key_op', scopes })).toEqual({ type: 'operator', id: 'key_op' });
  });

  it('speaks for its tenant', () => {
    expect(tenantOf({ kind: 'secret', tenantId: 'ten_a', apiKeyId: 'key_a', scopes })).toBe('ten_a');
  });

  it('without tenant or key never gets to act as somebody', () => {
    expect(() => tenantOf({ kind: 'operator', apiKeyId: 'key_op', scopes })).toThrow(/no tenant/);
    expect(() => actorOf({ kind: 'anonymous', scopes })).toThrow(/changes nothing/);
  });
});
