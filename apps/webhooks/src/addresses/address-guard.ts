import { BlockList, isIP } from 'node:net';
import { DENIED_RANGES } from './denied-ranges.js';

/** Decides where a connection may go. */
export interface AddressGuard {
  /** Whether webhooks may go to this IP address, in the spelling that a resolver or `URL` gives. */
  readonly allows: (address: string) => boolean;
  /** Whether some internal range is allowed, and with it names that mean something in a network only. */
  readonly allowsInternalNames: boolean;
}

/** @param allowedCidrs ranges that may be reached although they are denied; a lone address stands for itself */
export function createAddressGuard(allowedCidrs: readonly string[]): AddressGuard {
  const denied = blockListOf(DENIED_RANGES.map(([range]) => range));
  const allowed = blockListOf(allowedCidrs);
  return {
    allows: (address) => {
      const family = familyOf(address);
      if (family === undefined) return false;
      return allowed.check(address, family) || !denied.check(address, family);
    },
    allowsInternalNames: allowedCidrs.length > 0,
  };
}

function blockListOf(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits] = cidr.split('/');
    const family = familyOf(address);
    if (family === undefined) throw new RangeError(`${cidr} is no range of addresses.`);
    list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
  }
  return list;
}

/** `undefined` for what is no address, and for one with a zone: that is never a public one. */
function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  if (address.includes('%')) return undefined;
  const family = isIP(address);
  if (family === 0) return undefined;
  return family === 4 ? 'ipv4' : 'ipv6';
}
