import { describe, expect, it } from '@jest/globals';
import { actorOf } from './caller-identity.js';

const scopes = [] as const;

describe('the caller of a request', () => {
  it('is recorded by its key, the operator as such', () => {
    expect(actorOf({ kind: 'secret', tenantId: 'ten_a', apiKeyId: 'key_a', scopes })).toEqual({
      type: 'api_key',
      id: 'key_a',
    });
    expect(actorOf({ kind: 'operator', apiKeyId: 'key_op', scopes })).toEqual({ type: 'operator', id: 'key_op' });
  });

  it('without a key never gets to act as somebody', () => {
    expect(() => actorOf({ kind: 'anonymous', scopes })).toThrow(/changes nothing/);
  });
});
