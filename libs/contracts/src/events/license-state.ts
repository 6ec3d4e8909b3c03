import type { License } from '@leasehold/licensing';
import { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.js';
import { instant } from '../http/values.js';

/** The full effective state of a license, as it stands in every license event and on the state topic. */

export const bindingState = z.object({
  /** Canonical pattern: `example.com`, `*.example.com` or `**.example.com`. */
  domain: z.string(),
  kind: z.enum(['exact', 'wildcard', 'subtree']),
  www: z.boolean(),
  assurance: z.enum(['declared', 'observed', 'proven']),
  environment: z.enum(['production', 'development']),
  boundAt: instant,
});

const acceptedKey = z.object({
  /** SHA-256 of the key, hex. */
  hash: z.string(),
  /** The version of the license at which the key was given. */
  sinceVersion: z.int(),
  validUntil: instant.nullable(),
});

export const domainPolicyState = z.object({
  max: z.int(),
  kinds: z.array(z.enum(['exact', 'wildcard', 'subtree'])),
  development: z.boolean(),
  lateBinding: z.boolean(),
  moveCooldownHours: z.int(),
  movesPerYear: z.int(),
});

export const licenseState = z.object({
  id: z.string(),
  tenantId: z.string(),
  productId: z.string(),
  planId: z.string(),
  plan: z.string(),
  customerReference: z.string().nullable(),
  trial: z.boolean(),
  features: z.array(z.string()),
  limits: z.record(z.string(), z.int()),
  enforcement: z.record(z.string(), z.enum(['hard', 'soft'])),
  period: z.object({ unit: z.enum(['month', 'day']), timezone: z.string() }),
  domainPolicy: domainPolicyState,
  bindings: z.array(bindingState),
  releasedSlots: z.array(z.object({ domain: z.string(), at: instant })),
  lastMovedAt: instant.nullable(),
  startsAt: instant,
  expiresAt: instant.nullable(),
  /** Days of grace that hold now; a trial has its own. */
  graceDays: z.int(),
  planDurationDays: z.int().nullable(),
  /** Days of grace once it is no trial. */
  planGraceDays: z.int(),
  suspensions: z.array(z.string()),
  cancelledAt: instant.nullable(),
  revokedAt: instant.nullable(),
  /** Keys that are accepted, oldest first. */
  keys: z.array(acceptedKey),
  createdAt: instant,
  updatedAt: instant,
  version: z.int(),
});

type Wire = DeepReadonly<z.output<typeof licenseState>>;
// the wire and the domain describe the same license: one of these fails to compile when they part
type Same<A extends B, B> = A;
export type LicenseState = Same<License, Wire> & Same<Wire, License>;
