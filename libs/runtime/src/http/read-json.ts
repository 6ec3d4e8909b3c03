import { isUtf8 } from 'node:buffer';
import { ProblemError } from './problem-error.js';
import { pointerTo } from './invalid-members.js';

/** Deeper nesting has no meaning in this API and costs a stack. */
const MAX_DEPTH = 32;

/**
 * Reads a JSON body. Members that are `null` are dropped, since `null` means absent; a body of nothing or of `null`
 * is absent as a whole.
 *
 * @throws {ProblemError} `malformed_request` if it is not JSON in UTF-8 or nested deeper than 32; `invalid_request` for
 *   text that PostgreSQL cannot hold (NUL characters, lone surrogates) and for members named `__proto__`
 */
export const readJson = (bytes: Uint8Array): unknown => {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw new ProblemError('malformed_request', { detail: 'The body is not valid UTF-8.' });
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch (error) {
    throw new ProblemError('malformed_request', { detail: 'The body is not valid JSON.', cause: error });
  }
  if (value === null) return undefined;
  clean(value, []);
  return value;
};

const clean = (value: unknown, path: (string | number)[]): void => {
  if (typeof value === 'string') return checkText(value, path);
  if (typeof value !== 'object' || value === null) return;
  if (path.length >= MAX_DEPTH) {
    throw new ProblemError('malformed_request', { detail: `The body is nested deeper than ${MAX_DEPTH} levels.` });
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      path.push(index);
      clean(value[index], path);
      path.pop();
    }
    return;
  }
  const members = value as Record<string, unknown>;
  for (const name of Object.keys(members)) {
    path.push(name);
    if (name === '__proto__') throw unusable(path, 'is not a name that can be used');
    checkText(name, path);
    if (members[name] === null) Reflect.deleteProperty(members, name);
    else clean(members[name], path);
    path.pop();
  }
};

const checkText = (text: string, path: readonly (string | number)[]): void => {
  const fault = faultOfText(text);
  if (fault !== undefined) throw unusable(path, fault);
};

/** Why PostgreSQL could not hold a text as it is. */
export const faultOfText = (text: string): string | undefined => {
  if (text.includes('\0')) return 'must not contain NUL characters';
  return text.isWellFormed() ? undefined : 'must not contain half of a surrogate pair';
};

const unusable = (path: readonly (string | number)[], message: string): ProblemError =>
  new ProblemError('invalid_request', { errors: [{ pointer: pointerTo(path).toWellFormed(), message }] });
