const DOT = 0x2e;
const HYPHEN = 0x2d;
const MAX_NAME = 253;
const MAX_LABEL = 63;

/** What a dotted name looks like from its bytes alone; `idna` means that Unicode rules have to decide. */
export type LabelScan = 'plain' | 'mixed-case' | 'number' | 'idna' | 'forbidden_character' | 'label' | 'too_long';

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isLower = (code: number): boolean => code >= 0x61 && code <= 0x7a;
const isPlain = (code: number): boolean => isLower(code) || isDigit(code) || code === HYPHEN;
const isUpper = (code: number): boolean => code >= 0x41 && code <= 0x5a;
const isHex = (code: number): boolean => isDigit(code) || (code | 0x20) - 0x61 < 6;

/** `xn--` in any case at `start`. */
const isAcePrefix = (name: string, start: number): boolean =>
  name.charCodeAt(start + 2) === HYPHEN &&
  name.charCodeAt(start + 3) === HYPHEN &&
  (name.charCodeAt(start) | 0x20) === 0x78 &&
  (name.charCodeAt(start + 1) | 0x20) === 0x6e;

const hasProperEdges = (name: string, start: number, end: number): boolean =>
  end > start && end - start <= MAX_LABEL && name.charCodeAt(start) !== HYPHEN && name.charCodeAt(end - 1) !== HYPHEN;

/** A last label that an address parser would take for a number, such as `1` or `0x7f`: the name is an address then. */
const isNumber = (name: string, start: number, end: number): boolean => {
  const hex = name.charCodeAt(start) === 0x30 && (name.charCodeAt(start + 1) | 0x20) === 0x78 && end > start + 1;
  for (let at = hex ? start + 2 : start; at < end; at++) {
    const code = name.charCodeAt(at);
    if (!(hex ? isHex(code) : isDigit(code))) return false;
  }
  return true;
};

/**
 * Reads a name in one pass over its bytes: letter-digit-hyphen labels of 1 to 63 bytes without a hyphen at an end, 253
 * bytes in all (RFC 1034, RFC 1123). A label that starts with `xn--` or a byte outside of ASCII asks for IDNA.
 */
export const scanLabels = (name: string): LabelScan => {
  const length = name.length;
  let start = 0;
  let mixedCase = false;
  let ace = false;
  for (let at = 0; at < length; at++) {
    const code = name.charCodeAt(at);
    if (isPlain(code)) continue;
    if (code === DOT) {
      if (!hasProperEdges(name, start, at)) return 'label';
      ace ||= isAcePrefix(name, start);
      start = at + 1;
    } else if (isUpper(code)) mixedCase = true;
    else return code < 0x80 ? 'forbidden_character' : 'idna';
  }
  if (!hasProperEdges(name, start, length)) return 'label';
  if (length > MAX_NAME) return 'too_long';
  if (isNumber(name, start, length)) return 'number';
  if (ace || isAcePrefix(name, start)) return 'idna';
  return mixedCase ? 'mixed-case' : 'plain';
};
