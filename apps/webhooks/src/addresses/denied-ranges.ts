/** Ranges in which a webhook has no business, each with the reason. What is allowed is the public Internet. */
export const DENIED_RANGES: readonly (readonly [range: string, what: string])[] = [
  ['0.0.0.0/8', 'this network'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'carrier-grade NAT, metadata of a cloud'],
  ['127.0.0.0/8', 'loopback'],
  ['168.63.129.16/32', 'host agent of a cloud'],
  ['169.254.0.0/16', 'link-local, metadata of clouds'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'protocol assignments, metadata of a cloud'],
  ['192.0.2.0/24', 'documentation'],
  ['192.88.99.0/24', '6to4 relays'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'benchmarks'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved, broadcast'],
  ['::/8', 'loopback and every form that holds an IPv4 address: mapped, compatible, translated'],
  ['64:ff9b::/32', 'NAT64, the local prefix too'],
  ['100::/64', 'discard'],
  ['2001::/23', 'protocol assignments, Teredo, ORCHID'],
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', '6to4'],
  ['3fff::/20', 'documentation'],
  ['5f00::/16', 'segment routing'],
  ['fc00::/7', 'unique local, metadata of a cloud'],
  ['fe80::/10', 'link-local'],
  ['fec0::/10', 'site-local'],
  ['ff00::/8', 'multicast'],
  // whatever else is not 2000::/3 is not routed on the Internet
  ['::/3', 'not global unicast'],
  ['4000::/2', 'not global unicast'],
  ['8000::/1', 'not global unicast'],
];

/** Names that only mean something inside a network; `.x` stands for every name that ends so. */
const INTERNAL_ENDINGS = ['.localhost', '.local', '.internal', '.svc', '.cluster.local', '.home.arpa', '.localdomain'];

/** Whether a host name can only be an internal one. Says nothing about where a public name leads. */
export function isInternalName(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.+$/, '');
  return !name.includes('.') || INTERNAL_ENDINGS.some((ending) => name.endsWith(ending));
}
