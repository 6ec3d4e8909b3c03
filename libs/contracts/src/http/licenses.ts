import { z } from 'zod';
import type { ErrorCode } from '../errors.js';
import type { Scope } from '../scopes.js';
import { type Access, type Answer, route } from './route.js';
import * as value from './values.js';

/** Licenses: the object, its commands, its token and its history. */

const boundDomain = z.object({
  domain: z.string(),
  kind: z.enum(['exact', 'wildcard', 'subtree']),
  www: z.boolean(),
  assurance: z.enum(['declared', 'observed', 'proven']),
  environment: z.enum(['production', 'development']),
  boundAt: value.time,
});

export const licenseStatus = z.enum(['active', 'trial', 'suspended', 'cancelled', 'expired', 'revoked']);

export const license = z
  .object({
    id: value.licenseId,
    key: z.string().meta({ description: 'The newest key: what callers pass as licenseKey.' }),
    status: licenseStatus,
    suspendedReasons: z.array(z.string()),
    productId: value.productId,
    planId: value.planId,
    plan: z.string(),
    customer: z.object({ reference: z.string(), email: z.string().nullable() }).nullable(),
    domains: z.array(boundDomain),
    features: z.array(z.string()),
    limits: z.record(z.string(), z.int()),
    startsAt: value.time,
    expiresAt: value.time.nullable(),
    grace: z.boolean(),
    graceEndsAt: value.time.nullable(),
    metadata: value.metadata,
    version: z.int(),
    createdAt: value.time,
    updatedAt: value.time,
  })
  .meta({ id: 'License', title: 'License' });

export type LicenseBody = z.output<typeof license>;
export type BoundDomainBody = z.output<typeof boundDomain>;

const domainText = z.string().min(1).max(300);
const bindDomain = z.strictObject({ domain: domainText, www: z.boolean().default(true) });
const reason = z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, 'must be 1 to 64 lower-case letters, digits, _ or -');
const note = value.text.max(1_000).optional();
const params = z.object({ licenseId: value.licenseId });
const domainParams = z.object({ licenseId: value.licenseId, domain: domainText });

const read: Access & { readonly scope: Scope } = { kind: 'secret', scope: 'licenses:read' };
const write: Access & { readonly scope: Scope } = { kind: 'secret', scope: 'licenses:write' };
const theLicense: Answer = {
  status: 200,
  description: 'The license.',
  schema: license,
  headers: { ETag: 'The version of the license.' },
};
const commandErrors = ['license.not_found', 'license.version_conflict', 'license.transition_refused'] as const;

/** A command on a license: it answers the license as it is then. */
const command = <const Name extends string, Body extends z.ZodType>(
  operationId: Name,
  path: string,
  summary: string,
  body: Body,
  errors: readonly ErrorCode[] = [],
) =>
  route({
    operationId,
    service: 'issuance',
    method: 'POST',
    path: `/v1/licenses/:licenseId/${path}`,
    tag: 'Licenses',
    summary,
    access: write,
    params,
    body,
    idempotent: true,
    ifMatch: true,
    answer: theLicense,
    errors: [...commandErrors, ...errors],
  });

const NOTE_STAYS =
  'The note becomes part of the event and stays in it for ever, and webhooks carry it: write no personal data into it.';

/** Why a domain cannot be bound. */
const domainErrors = [
  'license.domain_invalid',
  'license.domain_public_suffix',
  'license.domain_kind_not_allowed',
  'license.domain_already_bound',
] as const;

export const licenseRoutes = {
  issueLicense: route({
    operationId: 'issueLicense',
    service: 'issuance',
    method: 'POST',
    path: '/v1/licenses',
    tag: 'Licenses',
    summary: 'Issue a license',
    description: 'Past times are allowed, so that licenses can be imported.',
    access: write,
    body: z.strictObject({
      planId: value.planId,
      domains: z
        .array(z.union([domainText, bindDomain]))
        .max(100)
        .default([]),
      customer: z
        .strictObject({ reference: value.text.min(1).max(200), email: z.email().max(320).optional() })
        .optional(),
      features: value.features.optional(),
      limits: value.limits.optional(),
      startsAt: value.instant.optional(),
      expiresAt: value.instant.optional(),
      metadata: value.metadata.optional(),
    }),
    idempotent: true,
    answer: { ...theLicense, status: 201 },
    errors: [
      'plan.not_found',
      'license.already_exists',
      'license.too_large',
      ...domainErrors,
      'license.domain_limit',
      'license.time_range_invalid',
    ],
  }),
  listLicenses: route({
    operationId: 'listLicenses',
    service: 'issuance',
    method: 'GET',
    path: '/v1/licenses',
    tag: 'Licenses',
    summary: 'List licenses, newest first',
    description:
      'status is that of this moment. domain finds the licenses that are bound to exactly that host or pattern, however ' +
      'it is spelled; a host does not find the wildcards that cover it.',
    access: read,
    query: z.strictObject({
      ...value.page,
      status: licenseStatus.optional(),
      domain: domainText.optional(),
      productId: value.productId.optional(),
      planId: value.planId.optional(),
      customer: z.string().min(1).max(200).optional(),
    }),
    answer: { status: 200, description: 'A page of licenses.', schema: value.listOf(license) },
    errors: ['invalid_cursor', 'product.not_found', 'plan.not_found'],
  }),
  getLicense: route({
    operationId: 'getLicense',
    service: 'issuance',
    method: 'GET',
    path: '/v1/licenses/:licenseId',
    tag: 'Licenses',
    summary: 'Read a license',
    access: read,
    params,
    answer: theLicense,
    errors: ['license.not_found'],
  }),
  updateLicense: route({
    operationId: 'updateLicense',
    service: 'issuance',
    method: 'PATCH',
    path: '/v1/licenses/:licenseId',
    tag: 'Licenses',
    summary: 'Change features, limits or metadata',
    description: 'Features and metadata are replaced whole; limits are laid over the present ones, limit by limit.',
    access: write,
    params,
    body: z.strictObject({
      features: value.features.optional(),
      limits: value.limits.optional(),
      metadata: value.metadata.optional(),
    }),
    idempotent: true,
    ifMatch: true,
    answer: theLicense,
    errors: [...commandErrors, 'license.too_large'],
  }),
  getLicenseToken: route({
    operationId: 'getLicenseToken',
    service: 'issuance',
    method: 'GET',
    path: '/v1/licenses/:licenseId/token',
    tag: 'Licenses',
    summary: 'Get the signed token of a license',
    description:
      'The same version of a license gives the same bytes. A revoked license gets none; a suspended or cancelled one does, since a token says nothing of either and both can be taken back.',
    access: read,
    params,
    answer: { status: 200, description: 'The token.', schema: z.object({ token: z.string() }) },
    errors: ['license.not_found', 'license.transition_refused', 'license.too_large'],
  }),
  listLicenseEvents: route({
    operationId: 'listLicenseEvents',
    service: 'issuance',
    method: 'GET',
    path: '/v1/licenses/:licenseId/events',
    tag: 'Licenses',
    summary: 'List the events of a license, oldest first',
    access: read,
    params,
    query: z.strictObject(value.page),
    answer: {
      status: 200,
      description: 'A page of events.',
      schema: value.listOf(
        z.object({
          id: z.string(),
          type: z.string().meta({ examples: ['LicenseIssued'] }),
          version: z.int(),
          occurredAt: value.time,
          actor: z.string(),
          data: z.record(z.string(), z.unknown()),
        }),
      ),
    },
    errors: ['license.not_found', 'invalid_cursor'],
  }),
  renewLicense: command(
    'renewLicense',
    'renew',
    'Renew a license',
    z.strictObject({ expiresAt: value.instant.optional() }),
    ['license.time_range_invalid'],
  ),
  suspendLicense: command('suspendLicense', 'suspend', 'Suspend a license', z.strictObject({ reason })),
  reinstateLicense: command(
    'reinstateLicense',
    'reinstate',
    'Lift one reason of a suspension',
    z.strictObject({ reason }),
  ),
  cancelLicense: {
    ...command('cancelLicense', 'cancel', 'Cancel a license', z.strictObject({ note })),
    description: NOTE_STAYS,
  },
  revokeLicense: {
    ...command('revokeLicense', 'revoke', 'Revoke a license for ever', z.strictObject({ note })),
    description: NOTE_STAYS,
  },
  rotateLicenseKey: command(
    'rotateLicenseKey',
    'rotate-key',
    'Give a license a new key',
    z.strictObject({ overlapHours: z.int().min(0).max(8_760).default(72) }),
    ['license.too_large'],
  ),
  changeLicensePlan: command(
    'changeLicensePlan',
    'change-plan',
    'Move a license to another plan',
    z.strictObject({ planId: value.planId }),
    [
      'plan.not_found',
      'license.plan_product_mismatch',
      'license.too_large',
      'license.domain_limit',
      'license.domain_kind_not_allowed',
    ],
  ),
  bindDomain: route({
    operationId: 'bindDomain',
    service: 'issuance',
    method: 'POST',
    path: '/v1/licenses/:licenseId/domains',
    tag: 'Licenses',
    summary: 'Bind a domain',
    access: write,
    params,
    body: bindDomain,
    idempotent: true,
    ifMatch: true,
    answer: { status: 201, description: 'The binding.', schema: boundDomain, headers: { ETag: 'The new version.' } },
    errors: [
      ...commandErrors,
      'license.too_large',
      ...domainErrors,
      'license.domain_limit',
      'license.domain_move_cooldown',
    ],
  }),
  releaseDomain: route({
    operationId: 'releaseDomain',
    service: 'issuance',
    method: 'DELETE',
    path: '/v1/licenses/:licenseId/domains/:domain',
    tag: 'Licenses',
    summary: 'Release a domain',
    access: write,
    params: domainParams,
    idempotent: true,
    ifMatch: true,
    answer: { status: 204, description: 'The license is no longer bound to the domain.' },
    errors: [...commandErrors, 'license.domain_not_bound'],
  }),
  moveDomain: command(
    'moveDomain',
    'domains/move',
    'Move a binding to another domain, in one step',
    z.strictObject({ from: domainText, to: domainText }),
    ['license.domain_not_bound', 'license.too_large', ...domainErrors, 'license.domain_move_cooldown'],
  ),
};
