import { isUtf8 } from 'node:buffer';

/** A body that is no JSON. */
export const NO_JSON = Symbol('no JSON');

/** The JSON of a body, or {@link NO_JSON}: also for bytes that are not UTF-8, which a decoder would quietly replace. */
export function readJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return NO_JSON;
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return NO_JSON;
  }
}
