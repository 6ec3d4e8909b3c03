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

/** Strings, numbers and the marks that open, close and part; colons and literals need not be seen. */
const LEXEME = /"(?:[^"\\]|\\.)*"|[{}[\],]|-?\d[\d.eE+-]*/g;

/** Walks text that `JSON.parse` has accepted, so the grammar is known to hold, and sees what `JSON.parse` hides. */
function scan(text: string): Refused | { readonly oddNumbers: readonly string[] } {
  const keysByLevel: (Set<string> | undefined)[] = [];
  const oddNumbers: string[] = [];
  let keyExpected = false;
  let outermostKey = '';
  for (const [lexeme] of text.matchAll(LEXEME)) {
    if ('{['.includes(lexeme)) {
      if (keysByLevel.length === MAX_JSON_DEPTH) return refused('too_deep');
      keyExpected = lexeme === '{';
      keysByLevel.push(keyExpected ? new Set() : undefined);
    } else if ('}]'.includes(lexeme)) {
      keysByLevel.pop();
      keyExpected = false;
    } else if (lexeme === ',') {
      keyExpected = keysByLevel.at(-1) !== undefined;
    } else if (lexeme.startsWith('"')) {
      const value = readString(lexeme);
      const fault = findFault(value, keyExpected ? keysByLevel.at(-1) : undefined);
      if (fault !== undefined) return refused(fault);
      if (keyExpected && keysByLevel.length === 1) outermostKey = value;
      keyExpected = false;
    } else if (keysByLevel.length === 1 && !/^\d+$/.test(lexeme)) {
      oddNumbers.push(outermostKey);
    }
  }
  return { oddNumbers };
}

/** What is wrong with a string; a key is given with the keys of its object so far, and joins them. */
function findFault(value: string, keys: Set<string> | undefined): 'lone_surrogate' | 'duplicate_key' | undefined {
  if (/\p{Surrogate}/u.test(value)) return 'lone_surrogate';
  if (keys?.has(value) === true) return 'duplicate_key';
  keys?.add(value);
  return undefined;
}

function readString(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}
