import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { generateApiKey, hashApiKey } from '@leasehold/tokens';
import type { Pool } from 'pg';
import { ApiKeyAuthenticator } from './api-key-authenticator.js';

/** A table of one tenant's keys that counts how often it is asked. */
function table() {
  const rows = new Map<string, object>();
  const asked: string[] = [];
  let away = false;
  let now = 0;
  const query = (_text: string, [hash]: readonly [string]) => {
    asked.push(hash);
    if (away) return Promise.reject(new Error('the database is away'));
    const row = rows.get(hash);
    return Promise.resolve({ rows: row === undefined ? [] : [row] });
  };
  const pool = { query } as unknown as Pick<Pool, 'query'>;
  return {
    asked,
    authenticator: new ApiKeyAuthenticator(pool, { now: () => now }),
    add: (kind: 'secret' | 'operator' = 'secret') => {
      const key = generateApiKey(kind, randomBytes);
      rows.set(hashApiKey(key), { id: 'key_a', tenant_id: 'ten_a', kind, scopes: [], rate: null });
      return key;
    },
    put: (key: string) =>
      rows.set(hashApiKey(key), { id: 'key_a', tenant_id: 'ten_a', kind: 'secret', scopes: [], rate: null }),
    remove: (key: string) => rows.delete(hashApiKey(key)),
    setAway: (value: boolean) => {
      away = value;
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('an API key', () => {
  it('is asked for once while many requests bring it', async () => {
    const { authenticator, add, asked } = table();
    const key = add();
    const callers = await Promise.all(Array.from({ length: 5 }, async () => authenticator.authenticate(key)));
    expect(new Set(callers).size).toBe(1);
    expect(authenticator.authenticate(key)).toEqual({
      kind: 'secret',
      tenantId: 'ten_a',
      apiKeyId: 'key_a',
      scopes: [],
    });
    expect(asked).toEqual([hashApiKey(key)]);
  });

  it('is asked for again after a second', async () => {
    const { authenticator, add, remove, pass } = table();
    const key = add();
    await authenticator.authenticate(key);
    remove(key);
    pass(999);
    expect(await authenticator.authenticate(key)).toBeDefined();
    pass(1);
    expect(await authenticator.authenticate(key)).toBeUndefined();
  });

  it('that was deleted here is refused at once', async () => {
    const { authenticator, add, remove } = table();
    const key = add();
    await authenticator.authenticate(key);
    remove(key);
    authenticator.forget(hashApiKey(key));
    expect(await authenticator.authenticate(key)).toBeUndefined();
  });

  it('that is not there yet is not remembered as missing', async () => {
    const { authenticator, put } = table();
    const key = generateApiKey('secret', randomBytes);
    expect(await authenticator.authenticate(key)).toBeUndefined();
    put(key);
    expect(await authenticator.authenticate(key)).toBeDefined();
  });

  it('is known again once the database is back', async () => {
    const { authenticator, add, setAway } = table();
    const key = add();
    setAway(true);
    await expect(authenticator.authenticate(key)).rejects.toThrow('away');
    setAway(false);
    expect(await authenticator.authenticate(key)).toBeDefined();
  });

  it('with a slip in it is refused without a question', () => {
    const { authenticator, add, asked } = table();
    const key = add();
    expect(authenticator.authenticate(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`)).toBeUndefined();
    expect(authenticator.authenticate('')).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('of the operator speaks for no tenant', async () => {
    const { authenticator, add } = table();
    expect(await authenticator.authenticate(add('operator'))).toEqual({
      kind: 'operator',
      apiKeyId: 'key_a',
      scopes: [],
    });
  });
});
