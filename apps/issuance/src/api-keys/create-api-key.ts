import type { ApiKeyBody, Scope } from '@leasehold/contracts';
import { newId } from '@leasehold/runtime';
import type { Cause } from '../store/commit.js';
import { type KeepAnswer, rowsOf } from '../store/keep-answer.js';
import type { WritePath } from '../store/write-path.js';
import { apiKeyCreated } from './api-key-created.js';
import { drawApiKey, grantScopes, type Rate } from './api-key.js';
import { showApiKey } from './show-api-key.js';

export interface CreateApiKey extends Cause {
  readonly tenantId: string;
  readonly name: string;
  readonly kind: 'secret' | 'publishable';
  /** Those of the creating key when absent. */
  readonly scopes?: readonly Scope[] | undefined;
  /** What the creating key may. */
  readonly heldScopes: readonly Scope[];
  readonly rate?: Rate | undefined;
}

export type CreatedApiKey = ApiKeyBody & { readonly key: string };

export async function createApiKey(
  { commit, clock, random }: WritePath,
  command: CreateApiKey,
  keep: KeepAnswer<CreatedApiKey>,
): Promise<{ readonly created: CreatedApiKey } | { readonly lacking: readonly Scope[] }> {
  const { tenantId, name, kind, rate = null, now } = command;
  const granted = grantScopes(kind, command.scopes, command.heldScopes);
  if ('lacking' in granted) return granted;
  const id = newId('key', clock, random);
  const { secret, apiKey } = drawApiKey({ id, tenantId, name, kind, scopes: granted.scopes, rate, now }, random);
  const created = { ...showApiKey({ ...apiKey, kind }), key: secret };
  await commit(command, [apiKeyCreated(apiKey, rowsOf([await keep(created)]))]);
  return { created };
}
