import type { RowWrite } from '@leasehold/event-store';
import { inserted, timestamp, timestampOrNull, updated } from '../database/row.js';
import type { RecordedEvent, StreamChange } from '../store/commit.js';
import { evolveKey, type KeyEvent, type KeyState } from './key-ring.js';

/** A key and the version its stream is at. */
export interface StoredKey extends KeyState {
  readonly ciphertext: string;
  readonly version: number;
}

/** The state that a key's events carry. Receipt keys go out to validation from here, until they sign no more. */
export interface RecordedKey extends KeyState {
  readonly ciphertext: string | null;
}

export const signingKeyStream = (kid: string): string => `signing-key-${kid}`;

/**
 * Events of a ring as changes of the store, one stream a key, in the order of the events.
 * `ciphertextOf` a created key is its private half.
 */
export function keyChanges(
  stored: readonly StoredKey[],
  events: readonly KeyEvent[],
  ciphertextOf: ReadonlyMap<string, string> = new Map(),
): StreamChange[] {
  return events.map((event) => {
    const before = stored.find(({ kid }) => kid === event.kid);
    const state = evolveKey(before, event);
    const ciphertext = before?.ciphertext ?? ciphertextOf.get(event.kid);
    if (state === undefined || ciphertext === undefined) throw new Error(`${event.type} of no known key ${event.kid}`);
    const version = before?.version ?? 0;
    return {
      streamId: signingKeyStream(event.kid),
      expectedVersion: version,
      tenantId: state.tenantId,
      events: [recordedEvent(event, state, ciphertext)],
      rows: [keyRow(event, state, ciphertext, version + 1)],
    };
  });
}

function recordedEvent(event: KeyEvent, state: KeyState, ciphertext: string): RecordedEvent<unknown, RecordedKey> {
  const { type, ...change } = event;
  const isForValidation = state.purpose === 'receipt' && state.status !== 'retired';
  const { kid, tenantId, purpose, x, status, createdAt, activatesAt, retiresAt } = state;
  const known = { kid, tenantId, purpose, x, status, createdAt, activatesAt, retiresAt };
  return { type, data: { change, state: { ...known, ciphertext: isForValidation ? ciphertext : null } } };
}

function keyRow(event: KeyEvent, state: KeyState, ciphertext: string, version: number): RowWrite {
  const changing = {
    kid: state.kid,
    status: state.status,
    version,
    activates_at: timestamp(state.activatesAt),
    retires_at: timestampOrNull(state.retiresAt),
  };
  if (event.type !== 'SigningKeyCreated') return updated('signingKey', changing);
  return inserted('signingKey', {
    ...changing,
    tenant_id: state.tenantId,
    purpose: state.purpose,
    x: state.x,
    ciphertext,
    created_at: timestamp(state.createdAt),
  });
}
