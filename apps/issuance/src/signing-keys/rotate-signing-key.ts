import { AppendRejectedError } from '@leasehold/event-store';
import type { Pool } from 'pg';
import { timestamp } from '../database/row.js';
import type { Secrets } from '../secrets/secrets.js';
import type { Cause } from '../store/commit.js';
import { type KeepAnswer, rowsOf } from '../store/keep-answer.js';
import type { WritePath } from '../store/write-path.js';
import { drawSigningKey } from './draw-signing-key.js';
import { keyChanges } from './key-changes.js';
import { type RingPurpose, rotate } from './key-ring.js';
import { loadKeyRing, type RingName } from './load-key-ring.js';
import { retirementOf } from './retirement.js';

export interface RotateSigningKey extends Cause {
  readonly ring: RingName;
  readonly activate: 'scheduled' | 'now';
  /** How long verifiers may hold on to a key set. */
  readonly jwksMaxAgeSeconds: number;
}

export interface RotatedSigningKey {
  readonly kid: string;
  readonly purpose: RingPurpose;
  readonly status: 'pending' | 'active';
  readonly activatesAt: string;
}

export type Rotation = { readonly rotated: RotatedSigningKey } | { readonly refusal: 'signing_key.rotation_pending' };

/** A verifier's key set is at most one max-age old, and its answer may have been in a cache for as long before. */
const MAX_AGES_BEFORE_USE = 2;

/**
 * A new key for a ring: published now and used after twice the max-age of key sets, or at once.
 * The former key goes on verifying until the last token it has signed has run out.
 */
export async function rotateSigningKey(
  { writePath, pool, secrets }: { readonly writePath: WritePath; readonly pool: Pool; readonly secrets: Secrets },
  command: RotateSigningKey,
  keep: KeepAnswer<RotatedSigningKey>,
): Promise<Rotation> {
  const { ring: name, activate, now } = command;
  const waitMs = activate === 'now' ? 0 : MAX_AGES_BEFORE_USE * command.jwksMaxAgeSeconds * 1000;
  const activatesAt = now + waitMs;
  const ring = await loadKeyRing(pool, name);
  const { key, ciphertext } = await drawSigningKey(name, secrets, writePath.random);
  const formerRetiresAt = await retirementOf(pool, name, now);
  const decision = rotate(ring, { key, now, activatesAt, formerRetiresAt });
  if ('refusal' in decision) return decision;

  const rotated: RotatedSigningKey = {
    kid: key.kid,
    purpose: name.purpose,
    status: activatesAt > now ? 'pending' : 'active',
    activatesAt: timestamp(activatesAt),
  };
  const changes = keyChanges(ring, decision.events, new Map([[key.kid, ciphertext]]));
  const [first, ...rest] = changes;
  if (first === undefined) throw new Error('a rotation has events');
  const rows = rowsOf([...(first.rows ?? []), await keep(rotated)]);
  try {
    const result = await writePath.commit(command, [{ ...first, rows }, ...rest]);
    return result.appended ? { rotated } : { refusal: 'signing_key.rotation_pending' };
  } catch (error) {
    // another rotation of the ring was faster: the rows allow one pending and one active key
    if (error instanceof AppendRejectedError && error.constraint?.startsWith('signing_key_') === true) {
      return { refusal: 'signing_key.rotation_pending' };
    }
    throw error;
  }
}
