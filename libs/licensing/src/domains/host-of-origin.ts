import { canonicalizeHost, type CanonicalHost, type RefusedHost } from './canonicalize-host.js';

/**
 * The host a browser's `Origin` header speaks of (RFC 6454). Opaque origins (`null`) and those of other schemes than
 * the web's name no host and therefore contradict nothing: `undefined`.
 */
export const hostOfOrigin = (origin: string): CanonicalHost | RefusedHost | undefined => {
  if (origin.startsWith('https://')) return canonicalizeHost(origin.slice(8));
  if (origin.startsWith('http://')) return canonicalizeHost(origin.slice(7));
  return undefined;
};
