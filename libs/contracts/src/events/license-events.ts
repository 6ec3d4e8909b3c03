import type { LicenseEvent } from '@leasehold/licensing';
import { z } from 'zod';
import { instant } from '../http/values.js';
import { TOPICS, type TopicDefinition } from '../topics.js';
import { bindingState, domainPolicyState, licenseState, type LicenseState } from './license-state.js';

/** The facts of a license: what changed, and the full effective state after it. */

const terms = {
  planId: z.string(),
  plan: z.string(),
  features: z.array(z.string()),
  limits: z.record(z.string(), z.int()),
  enforcement: z.record(z.string(), z.enum(['hard', 'soft'])),
  period: z.object({ unit: z.enum(['month', 'day']), timezone: z.string() }),
  domainPolicy: domainPolicyState,
  graceDays: z.int(),
  planDurationDays: z.int().nullable(),
  planGraceDays: z.int(),
};
const at = instant;
const note = z.string().nullable();

/** What changed, by the name of the event in the store. */
const CHANGES = {
  LicenseIssued: z.object({
    at,
    ...terms,
    licenseId: z.string(),
    tenantId: z.string(),
    productId: z.string(),
    customerReference: z.string().nullable(),
    trial: z.boolean(),
    bindings: z.array(bindingState),
    startsAt: instant,
    expiresAt: instant.nullable(),
    keyHash: z.string(),
  }),
  LicenseRenewed: z.object({ at, expiresAt: instant.nullable() }),
  TrialConverted: z.object({ at }),
  PlanChanged: z.object({ at, ...terms }),
  FeaturesChanged: z.object({ at, features: z.array(z.string()) }),
  LimitsChanged: z.object({ at, limits: z.record(z.string(), z.int()) }),
  LicenseSuspended: z.object({ at, reason: z.string() }),
  LicenseReinstated: z.object({ at, reason: z.string() }),
  LicenseCancelled: z.object({ at, note }),
  LicenseRevoked: z.object({ at, note }),
  DomainBound: z.object({ at, binding: bindingState, inPlaceOf: z.string().nullable() }),
  DomainReleased: z.object({ at, domain: z.string() }),
  DomainMoved: z.object({ at, from: z.string(), to: bindingState }),
  DomainProven: z.object({ at, domain: z.string() }),
  DomainProofLost: z.object({ at, domain: z.string() }),
  KeyRotated: z.object({ at, keyHash: z.string(), formerValidUntil: instant }),
  MetadataChanged: z.object({ at }),
  LicenseExpiring: z.object({ at, days: z.int(), expiresAt: instant }),
  LicenseExpired: z.object({ at, expiresAt: instant }),
  GraceEnded: z.object({ at, expiresAt: instant }),
} as const satisfies Record<LicenseEvent['type'], z.ZodType>;

/** The event types on the wire. */
const WIRE_NAMES = {
  LicenseIssued: 'issued',
  LicenseRenewed: 'renewed',
  TrialConverted: 'trial_converted',
  PlanChanged: 'plan_changed',
  FeaturesChanged: 'features_changed',
  LimitsChanged: 'limits_changed',
  LicenseSuspended: 'suspended',
  LicenseReinstated: 'reinstated',
  LicenseCancelled: 'cancelled',
  LicenseRevoked: 'revoked',
  DomainBound: 'domain_bound',
  DomainReleased: 'domain_released',
  DomainMoved: 'domain_moved',
  DomainProven: 'domain_proven',
  DomainProofLost: 'domain_proof_lost',
  KeyRotated: 'key_rotated',
  MetadataChanged: 'metadata_changed',
  LicenseExpiring: 'expiring',
  LicenseExpired: 'expired',
  GraceEnded: 'grace_ended',
} as const satisfies Record<LicenseEvent['type'], string>;

export const licenseEventActor = z.object({ type: z.enum(['api_key', 'operator', 'system']), id: z.string() });

/** The data of a license event, as far as readers that do not care what changed need it. */
export interface LicenseEventData {
  /** The event's own members, without its name. */
  readonly change: { readonly at: number; readonly [member: string]: unknown };
  readonly license: LicenseState;
  readonly actor: z.output<typeof licenseEventActor>;
}

/** One license event: its name in the store, its type on the wire, its schema. */
export interface LicenseEventEntry {
  readonly name: LicenseEvent['type'];
  readonly type: string;
  readonly topic: TopicDefinition;
  readonly schema: z.ZodType<LicenseEventData>;
  readonly description: string;
}

const entry = (name: LicenseEvent['type']): LicenseEventEntry => ({
  name,
  type: `leasehold.license.${WIRE_NAMES[name]}.v1`,
  topic: TOPICS.licenses,
  schema: z.object({
    change: CHANGES[name],
    license: licenseState,
    actor: licenseEventActor,
  }),
  description: `${name}: what changed, and the license after it.`,
});

/** Every license event by its name in the store. */
export const LICENSE_EVENTS: { readonly [Name in LicenseEvent['type']]: LicenseEventEntry } = {
  LicenseIssued: entry('LicenseIssued'),
  LicenseRenewed: entry('LicenseRenewed'),
  TrialConverted: entry('TrialConverted'),
  PlanChanged: entry('PlanChanged'),
  FeaturesChanged: entry('FeaturesChanged'),
  LimitsChanged: entry('LimitsChanged'),
  LicenseSuspended: entry('LicenseSuspended'),
  LicenseReinstated: entry('LicenseReinstated'),
  LicenseCancelled: entry('LicenseCancelled'),
  LicenseRevoked: entry('LicenseRevoked'),
  DomainBound: entry('DomainBound'),
  DomainReleased: entry('DomainReleased'),
  DomainMoved: entry('DomainMoved'),
  DomainProven: entry('DomainProven'),
  DomainProofLost: entry('DomainProofLost'),
  KeyRotated: entry('KeyRotated'),
  MetadataChanged: entry('MetadataChanged'),
  LicenseExpiring: entry('LicenseExpiring'),
  LicenseExpired: entry('LicenseExpired'),
  GraceEnded: entry('GraceEnded'),
};

const NAME_BY_TYPE: ReadonlyMap<string, LicenseEvent['type']> = new Map(
  Object.values(LICENSE_EVENTS).map((known): [string, LicenseEvent['type']] => [known.type, known.name]),
);

/** The name in the store (`LicenseIssued`) of an event type on the wire; undefined for what is no license event. */
export const licenseEventName = (type: string): LicenseEvent['type'] | undefined => NAME_BY_TYPE.get(type);
