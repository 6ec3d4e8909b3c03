import type { Decision, Instant } from '@leasehold/licensing';

/** What a ring of issuance signs: license tokens of one tenant, or the receipts of the platform. */
export type RingPurpose = 'license' | 'receipt';

/** `pending`: published, not used; `active`: signs; `retiring`: verifies only; `retired`: gone from the key sets. */
export type SigningKeyStatus = 'pending' | 'active' | 'retiring' | 'retired';

/** A signing key as it is known: never the private key. */
export interface KeyState {
  readonly kid: string;
  readonly tenantId: string;
  readonly purpose: RingPurpose;
  /** The public key, base64url. */
  readonly x: string;
  readonly status: SigningKeyStatus;
  readonly createdAt: Instant;
  readonly activatesAt: Instant;
  /** When it leaves the key sets; `null` while nobody knows: it does not retire, or a perpetual token hangs on it. */
  readonly retiresAt: Instant | null;
}

/** The keys of one tenant and purpose. At most one is pending, at most one active. */
export type KeyRing = readonly KeyState[];

export type KeyEvent =
  | { readonly type: 'SigningKeyCreated'; readonly kid: string; readonly key: KeyState }
  | { readonly type: 'SigningKeyActivated'; readonly kid: string; readonly at: Instant }
  | {
      readonly type: 'SigningKeyRetiring';
      readonly kid: string;
      readonly at: Instant;
      readonly retiresAt: Instant | null;
    }
  | { readonly type: 'SigningKeyRetired'; readonly kid: string; readonly at: Instant };

/** A key that has been drawn and has no place in a ring yet. */
export type DrawnKey = Pick<KeyState, 'kid' | 'tenantId' | 'purpose' | 'x'>;

export interface RotateKeys {
  readonly key: DrawnKey;
  readonly now: Instant;
  /** `now`, or later: until then the key is published only. */
  readonly activatesAt: Instant;
  /** When the key that signs at present would leave the key sets, if it stopped signing now. */
  readonly formerRetiresAt: Instant | null;
}

/** A new key for the ring. While one waits there is no other. */
export function rotate(ring: KeyRing, command: RotateKeys): Decision<KeyEvent, 'signing_key.rotation_pending'> {
  if (ring.some(({ status }) => status === 'pending')) return { refusal: 'signing_key.rotation_pending' };
  const { key, now, activatesAt, formerRetiresAt } = command;
  const isPending = activatesAt > now;
  const created: KeyEvent = {
    type: 'SigningKeyCreated',
    kid: key.kid,
    key: { ...key, status: isPending ? 'pending' : 'active', createdAt: now, activatesAt, retiresAt: null },
  };
  return { events: isPending ? [created] : [...retireActive(ring, now, formerRetiresAt), created] };
}

/** The pending key, once its time has come, takes the place of the active one. */
export function activateDue(ring: KeyRing, now: Instant, formerRetiresAt: Instant | null): readonly KeyEvent[] {
  const due = ring.find(({ status, activatesAt }) => status === 'pending' && activatesAt <= now);
  if (due === undefined) return [];
  return [...retireActive(ring, now, formerRetiresAt), { type: 'SigningKeyActivated', kid: due.kid, at: now }];
}

/** Keys whose last token has run out. */
export const retireDue = (ring: KeyRing, now: Instant): readonly KeyEvent[] =>
  ring
    .filter(({ status, retiresAt }) => status === 'retiring' && retiresAt !== null && retiresAt <= now)
    .map(({ kid }) => ({ type: 'SigningKeyRetired', kid, at: now }));

export function evolveKey(state: KeyState | undefined, event: KeyEvent): KeyState | undefined {
  switch (event.type) {
    case 'SigningKeyCreated':
      return event.key;
    case 'SigningKeyActivated':
      return state && { ...state, status: 'active', activatesAt: event.at };
    case 'SigningKeyRetiring':
      return state && { ...state, status: 'retiring', retiresAt: event.retiresAt };
    case 'SigningKeyRetired':
      return state && { ...state, status: 'retired', retiresAt: event.at };
  }
}

// the former key goes first: rows allow one active key a ring at any moment
const retireActive = (ring: KeyRing, at: Instant, retiresAt: Instant | null): readonly KeyEvent[] =>
  ring
    .filter(({ status }) => status === 'active')
    .map(({ kid }) => ({ type: 'SigningKeyRetiring', kid, at, retiresAt }));
