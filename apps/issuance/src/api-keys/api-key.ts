import { type Scope, SCOPES } from '@leasehold/contracts';
import type { Decision, Instant } from '@leasehold/licensing';
import { type ApiKeyKind, generateApiKey, hashApiKey, hintOf, type RandomSource } from '@leasehold/tokens';
import { deleted, inserted, timestamp } from '../database/row.js';
import type { RowWrite } from '@leasehold/event-store';

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** An API key as it is known: never the key itself. */
export interface ApiKey {
  readonly id: string;
  /** `platform` for the operator's. */
  readonly tenantId: string;
  readonly name: string;
  readonly kind: ApiKeyKind;
  /** SHA-256, hex. */
  readonly hash: string;
  readonly hint: string;
  readonly scopes: readonly Scope[];
  readonly rate: Rate | null;
  readonly createdAt: Instant;
}

export interface NewApiKey {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly kind: ApiKeyKind;
  readonly scopes: readonly Scope[];
  readonly rate: Rate | null;
  readonly now: Instant;
}

/** Draws a key. `secret` is shown to its owner once and kept nowhere. */
export function drawApiKey(
  { now, ...wanted }: NewApiKey,
  random: RandomSource,
): { readonly secret: string; readonly apiKey: ApiKey } {
  const secret = generateApiKey(wanted.kind, random);
  return { secret, apiKey: { ...wanted, hash: hashApiKey(secret), hint: hintOf(secret), createdAt: now } };
}

/**
 * The scopes a new key gets: those asked for, or all that the creating key has. In the registry's order. A publishable key
 * has none: its routes ask for no scope.
 */
export function grantScopes(
  kind: 'secret' | 'publishable',
  asked: readonly Scope[] | undefined,
  held: readonly Scope[],
): { readonly scopes: readonly Scope[] } | { readonly lacking: readonly Scope[] } {
  const wanted = kind === 'publishable' ? [] : (asked ?? held);
  const lacking = wanted.filter((scope) => !held.includes(scope));
  return lacking.length > 0 ? { lacking } : { scopes: SCOPES.filter((scope) => wanted.includes(scope)) };
}

export type ApiKeyEvent = { readonly type: 'ApiKeyDeleted' };

export type ApiKeyState =
  | { readonly status: 'none' }
  | { readonly status: 'live'; readonly key: ApiKey }
  | { readonly status: 'deleted'; readonly key: ApiKey };

/** Only a tenant's own key can be deleted, and only once; the operator's belongs to no tenant. */
export const decideDeletion = (state: ApiKeyState, tenantId: string): Decision<ApiKeyEvent, 'api_key.not_found'> =>
  state.status === 'live' && state.key.tenantId === tenantId
    ? { events: [{ type: 'ApiKeyDeleted' }] }
    : { refusal: 'api_key.not_found' };

export function evolveApiKey(state: ApiKeyState, event: ApiKeyEvent): ApiKeyState {
  switch (event.type) {
    case 'ApiKeyDeleted':
      return state.status === 'none' ? state : { status: 'deleted', key: state.key };
  }
}

export const apiKeyRow = (key: ApiKey): RowWrite =>
  inserted('apiKey', {
    id: key.id,
    tenant_id: key.tenantId,
    name: key.name,
    kind: key.kind,
    hash: key.hash,
    hint: key.hint,
    scopes: key.scopes,
    rate: key.rate,
    created_at: timestamp(key.createdAt),
  });

export const apiKeyRowGone = (id: string): RowWrite => deleted('apiKey', { id });
