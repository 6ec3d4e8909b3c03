import type { LicenseEvent } from './license-event.js';
import type { License } from './license.js';

const MAX_DOMAINS = 100;
const MAX_FEATURES = 100;
/** A token's end: no reader takes a longer one. */
const MAX_TOKEN_BYTES = 8192;
/** Header, signature, dots, and the claims whose length has nothing to do with the license's content. */
const TOKEN_FRAME_BYTES = 640;

const utf8Length = (text: string): number => {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
};

/** An upper bound for the length of the license's signed token, in bytes, for issuers of up to 200 bytes. */
export const estimateTokenBytes = (license: License): number => {
  const content = JSON.stringify({
    domain: license.bindings[0]?.domain ?? null,
    domains: license.bindings.map((binding) => binding.domain),
    plan: license.plan,
    features: license.features,
    limits: license.limits,
  });
  return TOKEN_FRAME_BYTES + Math.ceil((utf8Length(content) * 4) / 3);
};

const GROWING: ReadonlySet<LicenseEvent['type']> = new Set([
  'LicenseIssued',
  'PlanChanged',
  'FeaturesChanged',
  'LimitsChanged',
  'DomainBound',
  'DomainMoved',
]);

/** Whether an event can make the token longer; the others must never be refused for the license's size. */
export const canGrow = (event: LicenseEvent): boolean => GROWING.has(event.type);

/** Why a license is larger than its readers have to take; `undefined`: it is not. */
export const oversize = (license: License): string | undefined => {
  if (license.bindings.length > MAX_DOMAINS) return `A license has at most ${String(MAX_DOMAINS)} domains.`;
  if (license.features.length > MAX_FEATURES) return `A license has at most ${String(MAX_FEATURES)} features.`;
  if (estimateTokenBytes(license) > MAX_TOKEN_BYTES)
    return `The license's signed token would be longer than ${String(MAX_TOKEN_BYTES)} bytes.`;
  return undefined;
};
