import { toASCII, toUnicode } from 'tr46';
import { classifyIpv4, classifyIpv6 } from './address.js';
import { scanLabels } from './scan-labels.js';

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

/** Longer input is not read: no name has so many characters, however it is spelled. */
const MAX_INPUT = 512;
/** Spellings of the dot that UTS-46 maps to it. */
const DOTS = '.\u3002\uff0e\uff61';
const UTS46 = {
  checkHyphens: false,
  checkBidi: true,
  checkJoiners: true,
  useSTD3ASCIIRules: true,
  transitionalProcessing: false,
} as const;

const refused = (reason: HostRefusalReason): RefusedHost => ({ ok: false, reason });

const isDevelopmentName = (host: string): boolean =>
  host.endsWith('.test') ||
  host.endsWith('.local') ||
  host.endsWith('.internal') ||
  host.endsWith('.localhost') ||
  host === 'localhost';

const named = (host: string): CanonicalHost => ({
  ok: true,
  host,
  kind: isDevelopmentName(host) ? 'development-name' : 'name',
});

const addressed = (host: string, kind: 'loopback' | 'private' | undefined): CanonicalHost | RefusedHost =>
  kind === undefined ? refused('ip_address') : { ok: true, host, kind };

/** Index of the colon before a port, `length` without one, -1 when what follows the only colon is no port. */
const portStart = (input: string, from: number): number => {
  const colon = input.indexOf(':', from);
  if (colon < 0) return input.length;
  const digits = input.length - colon - 1;
  if (digits < 1 || digits > 5) return -1;
  let port = 0;
  for (let at = colon + 1; at < input.length; at++) {
    const digit = input.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    port = port * 10 + digit;
  }
  return port <= 65_535 ? colon : -1;
};

const canonicalizeBracketed = (input: string): CanonicalHost | RefusedHost => {
  const close = input.indexOf(']');
  if (close < 0) return refused('forbidden_character');
  if (close + 1 < input.length && portStart(input, close + 1) !== close + 1) return refused('port');
  const address = input.slice(1, close);
  return addressed(address, classifyIpv6(address));
};

/**
 * The way through UTS-46, right for every name and slow. `toASCII(toUnicode(x))` must give `x` back, so that no two
 * spellings of a name stay apart and no A-label stands for something it does not decode to. A hyphen at an end of a label
 * is refused in its Unicode form too (RFC 5891, 4.2.3.1).
 */
export const canonicalizeByIdna = (name: string): CanonicalHost | RefusedHost => {
  const ascii = toASCII(name, { ...UTS46, verifyDNSLength: true });
  if (ascii === null) return refused('idna');
  const unicode = toUnicode(ascii, UTS46);
  if (unicode.error || toASCII(unicode.domain, { ...UTS46, verifyDNSLength: true }) !== ascii) return refused('idna');
  if (/(?:^|\.)-|-(?:\.|$)/.test(unicode.domain)) return refused('label');
  const scan = scanLabels(ascii);
  switch (scan) {
    case 'plain':
    case 'idna':
      return named(ascii);
    case 'number':
      return refused('ip_address');
    case 'mixed-case':
    case 'forbidden_character':
    case 'label':
    case 'too_long':
      return refused('label');
  }
};

const canonicalizeName = (name: string, isBare: boolean): CanonicalHost | RefusedHost => {
  const scan = scanLabels(name);
  switch (scan) {
    case 'plain':
      return named(name);
    case 'mixed-case':
      return named(name.toLowerCase());
    case 'number':
      return addressed(name, isBare ? classifyIpv4(name) : undefined);
    case 'idna':
      return canonicalizeByIdna(name);
    case 'forbidden_character':
    case 'label':
    case 'too_long':
      return refused(scan);
  }
};

/**
 * Brings a host, as it stands in a `Host` header or was typed by somebody, into its one canonical spelling: UTS-46
 * non-transitional to A-labels, lower case, one trailing dot and a `:port` dropped. Whatever is more than a host
 * (scheme, path, userinfo, spaces) is refused, and so are addresses other than loopback and private ones.
 *
 * Plain ASCII names take one pass over their bytes and never reach the Unicode tables.
 *
 * @example
 * canonicalizeHost('Bücher.example.:443'); // { ok: true, host: 'xn--bcher-kva.example', kind: 'name' }
 */
export const canonicalizeHost = (input: string): CanonicalHost | RefusedHost => {
  if (input.length === 0) return refused('empty');
  if (input.length > MAX_INPUT) return refused('too_long');
  if (input.charCodeAt(0) === 0x5b) return canonicalizeBracketed(input);
  const firstColon = input.indexOf(':');
  if (firstColon >= 0 && input.includes(':', firstColon + 1)) return addressed(input, classifyIpv6(input));
  const nameEnd = portStart(input, 0);
  if (nameEnd < 0) return refused('port');
  if (nameEnd === 0) return refused('empty');
  const dotted = DOTS.includes(input.charAt(nameEnd - 1));
  const end = dotted ? nameEnd - 1 : nameEnd;
  if (end === 0) return refused('empty');
  return canonicalizeName(end === input.length ? input : input.slice(0, end), !dotted);
};

/** Whether a host belongs to development: it takes no production slot and validates as `environment: development`. */
export const hasDevelopmentEnvironment = (host: CanonicalHost): boolean => host.kind !== 'name';
