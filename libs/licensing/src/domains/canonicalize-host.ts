/** `name` is a production host; the others are development hosts. */
export type HostKind = 'name' | 'development-name' | 'loopback' | 'private';

export type HostRefusalReason = 'empty' | 'too_long' | 'forbidden_character' | 'port' | 'label' | 'idna' | 'ip_address';

export interface CanonicalHost {
  readonly ok: true;
  /** A-labels in lower case without a trailing dot, or an address without brackets. */
  readonly host: string;
  readonly kind: HostKind;
}

export interface RefusedHost {
  readonly ok: false;
  readonly reason: HostRefusalReason;
}
