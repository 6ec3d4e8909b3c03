import type { LicenseEventData, WebhookEventType } from '@leasehold/contracts';
import { type LicenseEvent, shownStatus } from '@leasehold/licensing';
import { timeText, timeTextOrNull } from './webhook-event.js';

type Name = LicenseEvent['type'];
type Data = Readonly<Record<string, unknown>>;

interface Rule<Change> {
  readonly type: WebhookEventType;
  /** What changed; the license after it stands beside. */
  readonly change: (change: Change) => Data;
}

const nothing = (): Data => ({});

/** What each fact is for subscribers; `undefined`: nothing they are told. Hashes of keys never leave. */
const RULES: { readonly [N in Name]: Rule<Extract<LicenseEvent, { readonly type: N }>> | undefined } = {
  LicenseIssued: {
    type: 'license.issued',
    change: ({ trial, startsAt }) => ({ trial, starts_at: timeText(startsAt) }),
  },
  LicenseRenewed: {
    type: 'license.renewed',
    change: ({ expiresAt }) => ({ expires_at: timeTextOrNull(expiresAt) }),
  },
  TrialConverted: { type: 'license.updated', change: () => ({ trial: false }) },
  PlanChanged: { type: 'license.updated', change: ({ planId, plan }) => ({ plan_id: planId, plan }) },
  FeaturesChanged: { type: 'license.updated', change: ({ features }) => ({ features }) },
  LimitsChanged: { type: 'license.updated', change: ({ limits }) => ({ limits }) },
  MetadataChanged: { type: 'license.updated', change: () => ({ metadata: true }) },
  LicenseSuspended: { type: 'license.suspended', change: ({ reason }) => ({ reason }) },
  LicenseReinstated: { type: 'license.reinstated', change: ({ reason }) => ({ reason }) },
  LicenseCancelled: { type: 'license.cancelled', change: ({ note }) => ({ note }) },
  LicenseRevoked: { type: 'license.revoked', change: ({ note }) => ({ note }) },
  LicenseExpiring: {
    type: 'license.expiring',
    change: ({ days, expiresAt }) => ({ days, expires_at: timeText(expiresAt) }),
  },
  LicenseExpired: { type: 'license.expired', change: nothing },
  GraceEnded: { type: 'license.grace_ended', change: nothing },
  DomainBound: {
    type: 'license.domain_bound',
    change: ({ binding, inPlaceOf }) => ({ domain: binding.domain, in_place_of: inPlaceOf }),
  },
  DomainReleased: { type: 'license.domain_released', change: ({ domain }) => ({ domain }) },
  DomainMoved: { type: 'license.domain_moved', change: ({ from, to }) => ({ from, to: to.domain }) },
  DomainProven: undefined,
  DomainProofLost: undefined,
  KeyRotated: {
    type: 'license.key_rotated',
    change: ({ formerValidUntil }) => ({ former_valid_until: timeText(formerValidUntil) }),
  },
};

/** The webhook of a fact of a license's life: the license after it, and under `change` what changed. */
export function licenseWebhook(
  name: Name,
  { change, license }: LicenseEventData,
): { readonly type: WebhookEventType; readonly data: Data } | undefined {
  // the codec has checked the change by the schema of this name
  const rule = RULES[name] as Rule<unknown> | undefined;
  if (rule === undefined) return undefined;
  return {
    type: rule.type,
    data: {
      license_id: license.id,
      status: shownStatus(license, change.at),
      plan: license.plan,
      product_id: license.productId,
      customer_reference: license.customerReference,
      domains: license.bindings.map(({ domain }) => domain),
      features: license.features,
      limits: license.limits,
      expires_at: timeTextOrNull(license.expiresAt),
      version: license.version,
      change: rule.change(change),
    },
  };
}
