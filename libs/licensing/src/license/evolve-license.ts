import type { Instant } from '../instant.js';
import { coolingSlots } from './domain-slots.js';
import type {
  DomainBound,
  DomainMoved,
  DomainReleased,
  KeyRotated,
  LicenseEvent,
  LicenseIssued,
} from './license-event.js';
import type { IssuedState } from './license-decision.js';
import type { Assurance, License, LicenseState } from './license.js';
import { termsIn } from './license-terms.js';
import { noticeKey } from './next-deadlines.js';

const issued = (event: LicenseIssued): IssuedState => ({
  status: 'issued',
  expirySetAt: event.at,
  told: [],
  license: {
    ...termsIn(event),
    id: event.licenseId,
    tenantId: event.tenantId,
    productId: event.productId,
    customerReference: event.customerReference,
    trial: event.trial,
    bindings: event.bindings,
    releasedSlots: [],
    lastMovedAt: null,
    startsAt: event.startsAt,
    expiresAt: event.expiresAt,
    suspensions: [],
    cancelledAt: null,
    revokedAt: null,
    keys: [{ hash: event.keyHash, sinceVersion: 1, validUntil: null }],
    createdAt: event.at,
    updatedAt: event.at,
    version: 1,
  },
});

const bound = (license: License, { at, binding, inPlaceOf }: DomainBound): Partial<License> => ({
  bindings: [...license.bindings, binding],
  releasedSlots: coolingSlots(license, at).filter(
    (slot) => slot.domain !== inPlaceOf && slot.domain !== binding.domain,
  ),
  lastMovedAt: inPlaceOf === null || inPlaceOf === binding.domain ? license.lastMovedAt : at,
});

const released = (license: License, { at, domain }: DomainReleased): Partial<License> => {
  const gone = license.bindings.find((binding) => binding.domain === domain);
  if (gone === undefined) return {};
  const slot = gone.environment === 'production' ? [{ domain, at }] : [];
  return {
    bindings: license.bindings.filter((binding) => binding !== gone),
    releasedSlots: coolingSlots({ ...license, releasedSlots: [...license.releasedSlots, ...slot] }, at),
  };
};

/** A move to a released domain gives up `from` instead of it. */
const moved = (license: License, { at, from, to }: DomainMoved): Partial<License> => ({
  bindings: license.bindings.map((binding) => (binding.domain === from ? to : binding)),
  releasedSlots: license.releasedSlots.map((slot) => (slot.domain === to.domain ? { domain: from, at } : slot)),
  lastMovedAt: to.environment === 'production' ? at : license.lastMovedAt,
});

const assured = (license: License, domain: string, assurance: Assurance): Partial<License> => ({
  bindings: license.bindings.map((binding) => (binding.domain === domain ? { ...binding, assurance } : binding)),
});

/** Keys that are no longer good are forgotten, and tokens of their time with them. */
const rotated = (license: License, { at, keyHash, formerValidUntil }: KeyRotated): Partial<License> => ({
  keys: [
    ...license.keys
      .map((key) => ({ ...key, validUntil: key.validUntil ?? formerValidUntil }))
      .filter((key) => key.validUntil > at),
    { hash: keyHash, sinceVersion: license.version + 1, validUntil: null },
  ],
});

/** What an event changes of the license itself. */
const changes = (license: License, event: Exclude<LicenseEvent, LicenseIssued>): Partial<License> => {
  switch (event.type) {
    case 'LicenseRenewed':
      return { expiresAt: event.expiresAt, cancelledAt: null };
    case 'TrialConverted':
      return { trial: false, graceDays: license.planGraceDays };
    case 'PlanChanged':
      return termsIn(event);
    case 'FeaturesChanged':
      return { features: event.features };
    case 'LimitsChanged':
      return { limits: event.limits };
    case 'LicenseSuspended':
      return { suspensions: [...license.suspensions, event.reason] };
    case 'LicenseReinstated':
      return { suspensions: license.suspensions.filter((reason) => reason !== event.reason) };
    case 'LicenseCancelled':
      return { cancelledAt: event.at };
    case 'LicenseRevoked':
      return { revokedAt: event.at };
    case 'DomainBound':
      return bound(license, event);
    case 'DomainReleased':
      return released(license, event);
    case 'DomainMoved':
      return moved(license, event);
    case 'DomainProven':
      return assured(license, event.domain, 'proven');
    case 'DomainProofLost':
      return assured(license, event.domain, 'declared');
    case 'KeyRotated':
      return rotated(license, event);
    case 'MetadataChanged':
    case 'LicenseExpiring':
    case 'LicenseExpired':
    case 'GraceEnded':
      return {};
  }
};

const toldBy = (event: LicenseEvent): readonly string[] => {
  if (event.type === 'LicenseExpiring') return [noticeKey('expiring', event.days, event.expiresAt)];
  if (event.type === 'LicenseExpired') return [noticeKey('expired', 0, event.expiresAt)];
  if (event.type === 'GraceEnded') return [noticeKey('grace_ended', 0, event.expiresAt)];
  return [];
};

const expirySetBy = (event: LicenseEvent, before: Instant): Instant =>
  event.type === 'LicenseRenewed' ? event.at : before;

/** The state after an event. Each event of a license, whatever it says, is one version. */
export const evolveLicense = (state: LicenseState, event: LicenseEvent): LicenseState => {
  if (event.type === 'LicenseIssued') return state.status === 'none' ? issued(event) : state;
  if (state.status === 'none') return state;
  const { license } = state;
  return {
    status: 'issued',
    expirySetAt: expirySetBy(event, state.expirySetAt),
    told: [...state.told, ...toldBy(event)],
    license: { ...license, ...changes(license, event), updatedAt: event.at, version: license.version + 1 },
  };
};
