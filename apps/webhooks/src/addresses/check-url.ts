import { isIP } from 'node:net';
import type { AddressGuard } from './address-guard.js';
import { isInternalName } from './denied-ranges.js';

/** Where webhooks may go, as the operator has set it. */
export interface UrlPolicy {
  /** `http:` and any port. */
  readonly allowHttp: boolean;
  readonly guard: AddressGuard;
}

/** A URL that may be called as far as its text tells, or why not, in a sentence for the caller. */
export type CheckedUrl = { readonly url: URL } | { readonly refused: string };

const refuse = (refused: string): CheckedUrl => ({ refused });

/**
 * Judges the text of an endpoint's URL, when it is set and again before each delivery. Where a name leads is judged
 * when it is resolved. Odd spellings of an IPv4 address (decimal, hexadecimal, octal) are what `URL` makes of them.
 */
export function checkUrl(text: string, { allowHttp, guard }: UrlPolicy): CheckedUrl {
  // `URL` would drop or encode these without a word; the header of the request must not hold them
  if (!/^[\x21-\x7e\x80-\u{10ffff}]+$/u.test(text) || !text.isWellFormed()) {
    return refuse('The URL has spaces or control characters.');
  }
  const url = URL.parse(text);
  if (url === null) return refuse('This is not an absolute URL.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('The URL must begin with https:.');
  if (url.protocol === 'http:' && !allowHttp) return refuse('Webhooks are sent over https: only.');
  if (url.username !== '' || url.password !== '') return refuse('The URL must not hold a user or a password.');
  if (url.port !== '' && !allowHttp) return refuse('Webhooks are sent to port 443 only.');
  return mayBePublic(url.hostname, guard) ? { url } : refuse('The host is not one of the public Internet.');
}

function mayBePublic(hostname: string, guard: AddressGuard): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? guard.allowsInternalNames || !isInternalName(host) : guard.allows(host);
}
