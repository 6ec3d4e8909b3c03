import { expect, it } from '@jest/globals';
import { ANONYMOUS } from './caller.js';
import { tenantOf } from './tenant-of.js';

it('a key speaks for its tenant', () => {
  expect(tenantOf({ kind: 'secret', tenantId: 'ten_a', apiKeyId: 'key_a', scopes: [] })).toBe('ten_a');
});

it.each([ANONYMOUS, { kind: 'operator', apiKeyId: 'key_op', scopes: [] } as const])(
  '$kind speaks for no tenant, and never gets to act as one',
  (caller) => {
    expect(() => tenantOf(caller)).toThrow(`a ${caller.kind} caller has no tenant`);
  },
);
