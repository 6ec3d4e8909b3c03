import type { AccountTable, Caller } from '@leasehold/runtime';
import { checkApiKey, hashApiKey } from '@leasehold/tokens';

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i;
const KEY_WAIT_MS = 250;
const MOST_REMEMBERED = 10_000;

/** Who asks, or the code of the refusal: a key that is given must be a good one. */
export type Identified = Caller | { readonly refused: 'unauthenticated' | 'invalid_api_key' };

const ANONYMOUS: Caller = Object.freeze({ kind: 'anonymous', scopes: [] });
const NO_BEARER: Identified = Object.freeze({ refused: 'unauthenticated' });
const UNKNOWN: Identified = Object.freeze({ refused: 'invalid_api_key' });

/** Finds the caller behind an `Authorization` header; waits only for a key that is plausible and not known yet. */
export type IdentifyCaller = (authorization: string | undefined) => Identified | Promise<Identified>;

export function createIdentifyCaller(accounts: AccountTable): IdentifyCaller {
  /** By the whole header, so that a key is not hashed again and again. */
  const known = new Map<string, Caller>();
  accounts.onChange(({ kind }) => {
    if (kind === 'api-key') known.clear();
  });
  const remember = (authorization: string, caller: Caller | undefined): Identified => {
    if (caller === undefined) return UNKNOWN;
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(authorization, caller);
    return caller;
  };

  return (authorization) => {
    if (authorization === undefined) return ANONYMOUS;
    const remembered = known.get(authorization);
    if (remembered !== undefined) return remembered;
    const key = BEARER.exec(authorization)?.[1];
    if (key === undefined) return NO_BEARER;
    if (checkApiKey(key) === undefined) return UNKNOWN;
    const hash = hashApiKey(key);
    const caller = accounts.callerOf(hash);
    if (caller !== undefined) return remember(authorization, caller);
    return accounts.waitFor(hash, KEY_WAIT_MS).then((late) => remember(authorization, late));
  };
}
