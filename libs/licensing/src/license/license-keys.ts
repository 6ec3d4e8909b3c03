import type { Instant } from '../instant.js';
import type { License, LicenseKey } from './license.js';

const isGood = (key: LicenseKey, now: Instant): boolean => key.validUntil === null || now < key.validUntil;

/** Whether a key of the license is still accepted. `hash` is the SHA-256 of the key in lower-case hex. */
export const acceptsKey = (license: License, hash: string, now: Instant): boolean => {
  for (const key of license.keys) if (key.hash === hash) return isGood(key, now);
  return false;
};

/** Whether a token minted at `version` is still accepted: it is as good as the key that was the newest one then. */
export const acceptsTokenVersion = (license: License, version: number, now: Instant): boolean => {
  for (let at = license.keys.length - 1; at >= 0; at--) {
    const key = license.keys[at];
    if (key !== undefined && key.sinceVersion <= version) return isGood(key, now);
  }
  return false;
};
