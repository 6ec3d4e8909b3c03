import { hash } from 'node:crypto';
import type { Instant } from '@leasehold/licensing';
import { newEventId } from '@leasehold/runtime';
import type { Sighting } from '../rules/sighting.js';

/** Crockford's base32 in lower case. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const SYMBOLS = 26;

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/**
 * The id of a finding is its fingerprint: rule, license and generation. Observing the same again from the start finds
 * the same ids.
 */
export function findingId(rule: Sighting['rule'], licenseId: string, generation: number): string {
  const bytes = digest(`${rule}\0${licenseId}\0${generation}`).subarray(0, SYMBOLS);
  return `ano_${Array.from(bytes, (byte) => ALPHABET.charAt(byte & 31)).join('')}`;
}

/**
 * The id of the event that tells of a finding: a UUIDv7 whose random part is a hash of what is told, so that the same
 * fact has the same id whenever it is worked out.
 * @param what the count at which it was told, or the status it was given
 */
export const tellingId = (id: string, what: number | string, at: Instant): string =>
  newEventId({ now: () => at }, (size) => digest(`${id}\0${what}`).subarray(0, size));
