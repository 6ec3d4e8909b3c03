import { AppendRejectedError } from '@leasehold/event-store';
import type { Pool } from 'pg';
import { timestamp } from '../database/row.js';
import type { Secrets } from '../secrets/secrets.js';
import type { Cause } from '../store/commit.js';
import { type KeepAnswer, rowsOf, withRows } from '../store/keep-answer.js';
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

export interface RotationParts {
  readonly writePath: WritePath;
  readonly pool: Pick<Pool, 'query'>;
  readonly secrets: Secrets;
}

/** Each further try has lost against a rotation that was faster. */
const MOST_TRIES = 5;

/**
 * A new key for a ring: published now and used after twice the max-age of key sets, or at once.
 * The former key goes on verifying until the last token it has signed has run out.
 */
export async function rotateSigningKey(
  parts: RotationParts,
  command: RotateSigningKey,
  keep: KeepAnswer<RotatedSigningKey>,
): Promise<Rotation> {
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const rotation = await tryOnce(parts, command, keep);
    if (rotation !== undefined) return rotation;
  }
  return { refusal: 'signing_key.rotation_pending' };
}

/** `undefined`: another rotation of the ring was faster. */
async function tryOnce(
  { writePath, pool, secrets }: RotationParts,
  command: RotateSigningKey,
  keep: KeepAnswer<RotatedSigningKey>,
): Promise<Rotation | undefined> {
  const { ring: name, activate, now } = command;
  const waitMs = activate === 'now' ? 0 : MAX_AGES_BEFORE_USE * command.jwksMaxAgeSeconds * 1000;
  const activatesAt = now + waitMs;
  const ring = await loadKeyRing(pool, name);
  const { key, ciphertext } = await drawSigningKey(name, secrets, writePath.random);
  const formerRetiresAt = await retirementOf(pool, name, now);
  const decision = rotate(ring, { key, now, activatesAt, formerRetiresAt });
  if ('refusal' in decision) return decision;

  const status = activatesAt > now ? 'pending' : 'active';
  const rotated: RotatedSigningKey = {
    kid: key.kid,
    purpose: name.purpose,
    status,
    activatesAt: timestamp(activatesAt),
  };
  const changes = keyChanges(ring, decision.events, new Map([[key.kid, ciphertext]]));
  const kept = rowsOf([await keep(rotated)]);
  try {
    const result = await writePath.commit(command, withRows(changes, kept));
    return result.appended ? { rotated } : undefined;
  } catch (error) {
    if (isRingTaken(error)) return undefined;
    throw error;
  }
}

/** The rows allow one pending and one active key a ring. */
const isRingTaken = (error: unknown): boolean =>
  error instanceof AppendRejectedError && error.constraint?.startsWith('signing_key_') === true;
