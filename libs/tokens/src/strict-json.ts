import { refused, type Refused } from './token-refusal.js';

/** Nesting allowed in a header or payload; the outermost object is level one. */
export const MAX_JSON_DEPTH = 8;

/** A JSON object read strictly. */
export interface StrictJson {
  readonly ok: true;
  readonly members: Readonly<Record<string, unknown>>;
  /** Members of the outermost object whose number is not spelled as plain digits (`1.0`, `1e3`, `-0`). */
  readonly oddNumbers: readonly string[];
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a JSON object the one way all languages agree on: valid UTF-8, no byte order mark, no key twice (compared after
 * unescaping), no lone surrogate, at most {@link MAX_JSON_DEPTH} levels.
 */
export function parseStrictJson(bytes: Uint8Array): StrictJson | Refused {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return refused('invalid_utf8');
  }
  if (text.charCodeAt(0) === 0xfeff) return refused('byte_order_mark');
  let members: unknown;
  try {
    members = JSON.parse(text);
  } catch {
    return refused('invalid_json');
  }
  if (!isJsonObject(members)) return refused('not_an_object');
  const scanned = scan(text);
  return 'refusal' in scanned ? scanned : { ok: true, members, oddNumbers: scanned.oddNumbers };
}

/** Whether a parsed JSON value is an object (no array, not null). */
export const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Walks text that `JSON.parse` has accepted, so the grammar is known to hold, and sees what `JSON.parse` hides. */
function scan(text: string): Refused | { readonly oddNumbers: readonly string[] } {
  const keysByLevel: (Set<string> | undefined)[] = [];
  const oddNumbers: string[] = [];
  let keyExpected = false;
  let outermostKey = '';
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      const value = readString(text.slice(at, end));
      if (/\p{Surrogate}/u.test(value)) return refused('lone_surrogate');
      if (keyExpected) {
        const keys = keysByLevel.at(-1);
        if (keys?.has(value) === true) return refused('duplicate_key', value);
        keys?.add(value);
        if (keysByLevel.length === 1) outermostKey = value;
        keyExpected = false;
      }
      at = end - 1;
    } else if (code === 0x7b || code === 0x5b) {
      if (keysByLevel.length === MAX_JSON_DEPTH) return refused('too_deep');
      keyExpected = code === 0x7b;
      keysByLevel.push(keyExpected ? new Set() : undefined);
    } else if (code === 0x7d || code === 0x5d) {
      keysByLevel.pop();
      keyExpected = false;
    } else if (code === 0x2c) {
      keyExpected = keysByLevel.at(-1) !== undefined;
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const end = endOfNumber(text, at);
      if (keysByLevel.length === 1 && !/^\d+$/.test(text.slice(at, end))) oddNumbers.push(outermostKey);
      at = end - 1;
    }
  }
  return { oddNumbers };
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (/[0-9.eE+-]/.test(text.charAt(at))) at++;
  return at;
}

function readString(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}
