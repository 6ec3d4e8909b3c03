import { TOPICS } from '@leasehold/contracts';
import type { License } from '@leasehold/licensing';
import { partitionOf } from '@leasehold/messaging';

/** A license as it is held for validation: its state, and what of an answer is the same every time. */
export interface LicenseEntry {
  readonly license: License;
  /** `"plan":…,"features":…,"limits":…`: JSON, shared by all licenses that have the same. */
  readonly terms: string;
  /** `expiresAt` as JSON: an RFC 3339 time in quotes, or `null`. */
  readonly expiresAt: string;
  /** Partition of what is told about this license. */
  readonly partition: number;
}

/** Makes entries whose equal parts are one object in memory: most licenses of a plan differ in little. */
export type EntryMaker = (license: License) => LicenseEntry;

/** Beyond this many different values the memory of them starts anew; entries keep what they have. */
const MOST_DISTINCT = 50_000;

export function createEntryMaker(): EntryMaker {
  const known = new Map<string, unknown>();
  const shared = <T>(value: T): T => {
    const text = JSON.stringify(value);
    const found = known.get(text);
    if (found !== undefined) return found as T; // the same JSON is the same plain data
    if (known.size >= MOST_DISTINCT) known.clear();
    known.set(text, value);
    return value;
  };

  return (license) => {
    const { features, limits, enforcement, period, domainPolicy, plan } = license;
    return {
      license: {
        ...license,
        plan: shared(plan),
        features: shared(features),
        limits: shared(limits),
        enforcement: shared(enforcement),
        period: shared(period),
        domainPolicy: shared(domainPolicy),
        releasedSlots: shared(license.releasedSlots),
        suspensions: shared(license.suspensions),
      },
      terms: shared(
        `"plan":${JSON.stringify(plan)},"features":${JSON.stringify(features)},"limits":${JSON.stringify(limits)}`,
      ),
      expiresAt: license.expiresAt === null ? 'null' : `"${new Date(license.expiresAt).toISOString()}"`,
      partition: partitionOf(license.id, TOPICS.validations.partitions),
    };
  };
}
