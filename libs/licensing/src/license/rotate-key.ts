import { HOUR_MS } from '../instant.js';
import type { RotateKey } from './license-command.js';
import { happened, QUIET, refused, type LicenseDecision } from './license-decision.js';
import type { License } from './license.js';

/** Keys that are good at a time; the state of a license must stay small. */
const MAX_KEYS = 20;

export const rotateKey = (license: License, command: RotateKey): LicenseDecision => {
  const { now, keyHash } = command;
  const good = license.keys.filter((key) => key.validUntil === null || now < key.validUntil);
  if (good.some((key) => key.hash === keyHash)) return QUIET;
  if (good.length >= MAX_KEYS)
    return refused('license.too_large', `${String(MAX_KEYS)} keys are good at this time; wait until an overlap ends.`);
  return happened({ type: 'KeyRotated', at: now, keyHash, formerValidUntil: now + command.overlapHours * HOUR_MS });
};
