import { ProblemError } from './problem-error.js';

const TAG = /^(?:W\/)?"(0|[1-9][0-9]{0,14})"$/;

/**
 * The version an `If-Match` header asks for; `undefined` for any version (no header, or `*`).
 * Weak tags count like strong ones, since a version names one content. One tag only: a list makes no sense for versions.
 *
 * @throws {ProblemError} `invalid_header` for anything else
 */
export const parseIfMatch = (header: string | undefined): number | undefined => {
  if (header === undefined || header.trim() === '*') return undefined;
  const version = TAG.exec(header.trim())?.[1];
  if (version === undefined) {
    throw new ProblemError('invalid_header', { detail: 'If-Match must be the ETag of the object, e.g. "7", or *.' });
  }
  return Number(version);
};
