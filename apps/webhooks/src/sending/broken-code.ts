import { errors } from 'undici';
import type { Answer, BrokenCode } from './answer.js';

/** What this process lacks; the receiver has nothing to do with it. */
const OWN_FAULTS = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'ENETDOWN',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_MAX_ORIGINS_REACHED',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
]);

const CODES: ReadonlyMap<string, BrokenCode> = new Map<string, BrokenCode>([
  ['ADDRESS_REFUSED', 'address_refused'],
  ['ENOTFOUND', 'dns_failed'],
  ['EAI_AGAIN', 'dns_failed'],
  ['EAI_FAIL', 'dns_failed'],
  ['EAI_NODATA', 'dns_failed'],
  ['ECONNREFUSED', 'connection_refused'],
  ['ETIMEDOUT', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_OVERFLOW', 'invalid_response'],
  ['EPROTO', 'tls_failed'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_failed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls_failed'],
  ['HOSTNAME_MISMATCH', 'tls_failed'],
]);
const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_)/;

/**
 * Sorts an error of a request into one of a few words that are safe to show: messages of the system name addresses of
 * this network. What else has no code is a bug here, and no fault of the receiver's.
 */
export function brokenAnswer(error: unknown): Answer {
  if (error instanceof errors.HTTPParserError) return { kind: 'broken', error: 'invalid_response' };
  const code = codeOf(error);
  if (code === undefined || OWN_FAULTS.has(code)) return { kind: 'own_fault', cause: error };
  const known = CODES.get(code) ?? (TLS.test(code) ? 'tls_failed' : undefined);
  return { kind: 'broken', error: known ?? 'connection_failed' };
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
