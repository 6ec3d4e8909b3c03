const parseOctet = (part: string): number | undefined => {
  const octet = Number(part);
  return Number.isInteger(octet) && octet <= 255 && String(octet) === part ? octet : undefined;
};

/** RFC 1918 and 127/8, in the one spelling of four decimal octets. */
export const classifyIpv4 = (text: string): 'loopback' | 'private' | undefined => {
  const octets = text.split('.').map(parseOctet);
  const [first, second] = octets;
  if (octets.length !== 4 || octets.includes(undefined) || first === undefined || second === undefined)
    return undefined;
  if (first === 127) return 'loopback';
  if (first === 10 || (first === 172 && second >= 16 && second <= 31) || (first === 192 && second === 168))
    return 'private';
  return undefined;
};

const parseGroups = (text: string): readonly number[] | undefined => {
  if (text === '') return [];
  const groups = text.split(':').map((group) => (/^[0-9a-f]{1,4}$/.test(group) ? Number.parseInt(group, 16) : -1));
  return groups.includes(-1) ? undefined : groups;
};

const parseIpv6 = (text: string): readonly number[] | undefined => {
  const [head = '', tail, ...more] = text.split('::');
  const before = parseGroups(head);
  const after = parseGroups(tail ?? '');
  if (before === undefined || after === undefined || more.length > 0) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...Array<number>(missing).fill(0), ...after];
};

/** The longest run of two or more zero groups, the first one of equals (RFC 5952, 4.2). */
const longestZeroRun = (groups: readonly number[]): { start: number; length: number } => {
  let best = { start: -1, length: 1 };
  let start = 0;
  for (let at = 0; at <= groups.length; at++) {
    if (groups[at] === 0) continue;
    if (at - start > best.length) best = { start, length: at - start };
    start = at + 1;
  }
  return best;
};

const formatIpv6 = (groups: readonly number[]): string => {
  const hex = groups.map((group) => group.toString(16));
  const run = longestZeroRun(groups);
  if (run.start < 0) return hex.join(':');
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
};

/** `::1` and fc00::/7, in the canonical spelling of RFC 5952 without brackets. */
export const classifyIpv6 = (text: string): 'loopback' | 'private' | undefined => {
  const groups = parseIpv6(text);
  if (groups === undefined || formatIpv6(groups) !== text) return undefined;
  if (text === '::1') return 'loopback';
  const [first = 0] = groups;
  return (first & 0xfe00) === 0xfc00 ? 'private' : undefined;
};
