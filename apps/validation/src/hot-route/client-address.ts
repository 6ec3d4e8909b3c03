import { BlockList, isIP } from 'node:net';

/** The address of the client behind a peer. Nobody can choose it who is not one of our proxies. */
export type ClientAddress = (peer: string | undefined, forwardedFor: string | string[] | undefined) => string;

const UNKNOWN = 'unknown';
/** IPv4 as a socket for both families tells it. */
const MAPPED = '::ffff:';

/**
 * Walks `X-Forwarded-For` from its end, as long as the address before was a trusted proxy. Without trusted proxies the
 * header is not looked at.
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  if (trustedProxies.length === 0) return (peer) => plain(peer ?? UNKNOWN);
  const trusted = new BlockList();
  for (const range of trustedProxies) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  const isTrusted = (address: string): boolean => {
    const family = isIP(address);
    return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };

  return (peer, forwardedFor) => {
    let client = plain(peer ?? UNKNOWN);
    if (forwardedFor === undefined || !isTrusted(client)) return client;
    const hops = String(forwardedFor).split(',');
    for (let at = hops.length - 1; at >= 0 && isTrusted(client); at -= 1) {
      const hop = plain((hops[at] ?? '').trim());
      if (isIP(hop) === 0) break;
      client = hop;
    }
    return client;
  };
}

const plain = (address: string): string =>
  address.startsWith(MAPPED) && isIP(address.slice(MAPPED.length)) === 4 ? address.slice(MAPPED.length) : address;
