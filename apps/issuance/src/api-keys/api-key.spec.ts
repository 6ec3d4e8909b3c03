import { describe, expect, it } from '@jest/globals';
import { type Scope, SCOPES } from '@leasehold/contracts';
import { checkApiKey, hashApiKey } from '@leasehold/tokens';
import { type ApiKey, type ApiKeyState, decideDeletion, drawApiKey, evolveApiKey, grantScopes } from './api-key.js';

const random = (size: number): Uint8Array => new Uint8Array(size).fill(3);
const wanted = {
  id: 'key_a',
  tenantId: 'ten_a',
  name: 'ci',
  kind: 'secret',
  scopes: ['plans:read'],
  rate: null,
  now: 5,
} as const;

describe('a drawn key', () => {
  const { secret, apiKey } = drawApiKey(wanted, random);

  it('is well-formed, and known by its hash only', () => {
    expect(checkApiKey(secret)).toEqual({ kind: 'secret' });
    expect(apiKey).toMatchObject({ id: 'key_a', hash: hashApiKey(secret), createdAt: 5 });
    expect(JSON.stringify(apiKey)).not.toContain(secret);
  });
});

describe('scopes of a new key', () => {
  const held: readonly Scope[] = ['plans:read', 'api-keys:write'];

  it('are those of the creating key when none are named', () => {
    expect(grantScopes('secret', undefined, held)).toEqual({ scopes: held });
    expect(grantScopes('secret', undefined, SCOPES)).toEqual({ scopes: SCOPES });
  });

  it('are those named, in one order whatever the caller’s', () => {
    expect(grantScopes('secret', ['api-keys:write', 'plans:read'], held)).toEqual({
      scopes: ['plans:read', 'api-keys:write'],
    });
  });

  it('are none when it is publishable', () => {
    expect(grantScopes('publishable', undefined, held)).toEqual({ scopes: [] });
  });

  it('are refused as a whole when the creating key lacks one: writing is not reading', () => {
    expect(grantScopes('secret', ['plans:read', 'plans:write'], held)).toEqual({ lacking: ['plans:write'] });
    expect(grantScopes('secret', ['api-keys:read'], held)).toEqual({ lacking: ['api-keys:read'] });
  });
});

describe('deleting a key', () => {
  const key: ApiKey = drawApiKey(wanted, random).apiKey;
  const live: ApiKeyState = { status: 'live', key };
  const gone = { refusal: 'api_key.not_found' };

  it('is a fact once, for its own tenant', () => {
    expect(decideDeletion(live, 'ten_a')).toEqual({ events: [{ type: 'ApiKeyDeleted' }] });
    const deleted = evolveApiKey(live, { type: 'ApiKeyDeleted' });
    expect(deleted).toEqual({ status: 'deleted', key });
    expect(decideDeletion(deleted, 'ten_a')).toEqual(gone);
  });

  it('is refused for what is not there and what is another tenant’s in the same words', () => {
    expect(decideDeletion({ status: 'none' }, 'ten_a')).toEqual(gone);
    expect(decideDeletion(live, 'ten_b')).toEqual(gone);
    expect(evolveApiKey({ status: 'none' }, { type: 'ApiKeyDeleted' })).toEqual({ status: 'none' });
  });
});
