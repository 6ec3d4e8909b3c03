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
  const isDenied = membership(DENIED_RANGES.map(([range]) => range));
  const isAllowed = membership(allowedCidrs);
  return {
    allows: (address) => {
      const family = familyOf(address);
      return family !== undefined && (isAllowed(address, family) || !isDenied(address, family));
    },
    allowsInternalNames: allowedCidrs.length > 0,
  };
}

type Family = 'ipv4' | 'ipv6';

/** A list for each family: in one list, an IPv4 address would also be looked for among the IPv6 ranges, as `::ffff:…`. */
function membership(cidrs: readonly string[]): (address: string, family: Family) => boolean {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const cidr of cidrs) {
    const [address = '', bits] = cidr.split('/');
    const family = familyOf(address);
    if (family === undefined) throw new RangeError(`${cidr} is no range of addresses.`);
    lists[family].addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
  }
  return (address, family) => lists[family].check(address, family);
}

/** `undefined` for what is no address, and for one with a zone: that is never a public one. */
function familyOf(address: string): Family | undefined {
  if (address.includes('%')) return undefined;
  const family = isIP(address);
  if (family === 0) return undefined;
  return family === 4 ? 'ipv4' : 'ipv6';
}
