import { ProblemError } from './problem-error.js';

/** What a value of a cursor must be: a number, any string, or a string of this form. */
export type CursorPart = 'number' | 'string' | RegExp;

export type CursorValues<Parts extends readonly CursorPart[]> = {
  -readonly [Index in keyof Parts]: Parts[Index] extends 'number' ? number : string;
};

/** An opaque place in a list: the sort values of the last item, as base64url. */
export const encodeCursor = (values: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(values), 'utf8').toString('base64url');

/**
 * The sort values a cursor stands for. A cursor comes from a caller, so each value is checked: name the form of strings
 * that go into a comparison with anything but text.
 *
 * @example const [createdAt, id] = decodeCursor(query.cursor, ['number', /^lic_/]);
 * @throws {ProblemError} `invalid_cursor` for anything {@link encodeCursor} does not give out
 */
export const decodeCursor = <const Parts extends readonly CursorPart[]>(
  text: string,
  parts: Parts,
): CursorValues<Parts> => {
  const values = parse(text);
  if (
    !Array.isArray(values) ||
    values.length !== parts.length ||
    !parts.every((part, index) => fits(values[index], part)) ||
    encodeCursor(values as (string | number)[]) !== text
  ) {
    throw new ProblemError('invalid_cursor');
  }
  return values as CursorValues<Parts>;
};

const parse = (text: string): unknown => {
  if (!/^[A-Za-z0-9_-]{1,1024}$/.test(text)) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
};

const fits = (value: unknown, part: CursorPart): boolean => {
  if (part === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) return false;
  return part === 'string' || part.test(value);
};
