/** Why no usable answer came; the receiver's side, as far as one can tell. Stable, shown to tenants. */
export type BrokenCode =
  | 'timeout'
  | 'dns_failed'
  | 'connection_refused'
  | 'connection_failed'
  | 'tls_failed'
  | 'invalid_response'
  | 'address_refused'
  | 'url_refused';

/** What came of sending a request once. */
export type Answer =
  | {
      readonly kind: 'answered';
      readonly statusCode: number;
      /** The header as it came. */
      readonly retryAfter: string | undefined;
      /** The beginning of the body, decompressed. */
      readonly excerpt: Uint8Array;
    }
  | { readonly kind: 'broken'; readonly error: BrokenCode; readonly statusCode?: number }
  /** Nothing that the receiver did or is: a full table of sockets, a secret that does not open, a shutdown. */
  | { readonly kind: 'own_fault'; readonly cause: unknown };
