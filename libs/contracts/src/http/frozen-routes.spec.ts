import { expect, it } from '@jest/globals';
import { ROUTES } from './routes.js';

type Row = readonly [
  operationId: string,
  service: string,
  place: string,
  access: string,
  takes: string,
  status: number,
  errors: readonly string[],
];

/**
 * What clients of the API have built on: where each operation is, who may call it, which headers it takes, what it
 * answers when all goes well and which codes when not. A change here breaks somebody; an addition does not.
 */
const FROZEN: readonly Row[] = [
  ['createTenant', 'issuance', 'POST /v1/tenants', 'operator', 'idempotency', 201, []],
  ['listTenants', 'issuance', 'GET /v1/tenants', 'operator', '', 200, ['invalid_cursor']],
  ['createApiKey', 'issuance', 'POST /v1/api-keys', 'api-keys:write', 'idempotency', 201, ['api_key.scope_not_held']],
  ['listApiKeys', 'issuance', 'GET /v1/api-keys', 'api-keys:read', '', 200, ['invalid_cursor']],
  [
    'deleteApiKey',
    'issuance',
    'DELETE /v1/api-keys/:apiKeyId',
    'api-keys:write',
    'idempotency',
    204,
    ['api_key.not_found'],
  ],
  [
    'rotateSigningKey',
    'issuance',
    'POST /v1/signing-keys/rotate',
    'signing-keys:write',
    'idempotency',
    201,
    ['signing_key.rotation_pending', 'operator_key_required'],
  ],
  ['listSigningKeys', 'issuance', 'GET /v1/signing-keys', 'signing-keys:read', '', 200, ['invalid_cursor']],
  ['createProduct', 'issuance', 'POST /v1/products', 'products:write', 'idempotency', 201, []],
  ['listProducts', 'issuance', 'GET /v1/products', 'products:read', '', 200, ['invalid_cursor']],
  ['createPlan', 'issuance', 'POST /v1/plans', 'plans:write', 'idempotency', 201, ['product.not_found']],
  ['listPlans', 'issuance', 'GET /v1/plans', 'plans:read', '', 200, ['invalid_cursor', 'product.not_found']],
  [
    'issueLicense',
    'issuance',
    'POST /v1/licenses',
    'licenses:write',
    'idempotency',
    201,
    [
      'plan.not_found',
      'license.already_exists',
      'license.too_large',
      'license.domain_invalid',
      'license.domain_public_suffix',
      'license.domain_kind_not_allowed',
      'license.domain_already_bound',
      'license.domain_limit',
      'license.time_range_invalid',
    ],
  ],
  [
    'listLicenses',
    'issuance',
    'GET /v1/licenses',
    'licenses:read',
    '',
    200,
    ['invalid_cursor', 'product.not_found', 'plan.not_found'],
  ],
  ['getLicense', 'issuance', 'GET /v1/licenses/:licenseId', 'licenses:read', '', 200, ['license.not_found']],
  [
    'updateLicense',
    'issuance',
    'PATCH /v1/licenses/:licenseId',
    'licenses:write',
    'idempotency if-match',
    200,
    ['license.not_found', 'license.version_conflict', 'license.transition_refused', 'license.too_large'],
  ],
  [
    'getLicenseToken',
    'issuance',
    'GET /v1/licenses/:licenseId/token',
    'licenses:read',
    '',
    200,
    ['license.not_found', 'license.transition_refused', 'license.too_large'],
  ],
  [
    'listLicenseEvents',
    'issuance',
    'GET /v1/licenses/:licenseId/events',
    'licenses:read',
    '',
    200,
    ['license.not_found', 'invalid_cursor'],
  ],
  [
    'renewLicense',
    'issuance',
    'POST /v1/licenses/:licenseId/renew',
    'licenses:write',
    'idempotency if-match',
    200,
    ['license.not_found', 'license.version_conflict', 'license.transition_refused', 'license.time_range_invalid'],
  ],
  [
    'suspendLicense',
    'issuance',
    'POST /v1/licenses/:licenseId/suspend',
    'licenses:write',
    'idempotency if-match',
    200,
    ['license.not_found', 'license.version_conflict', 'license.transition_refused'],
  ],
  [
    'reinstateLicense',
    'issuance',
    'POST /v1/licenses/:licenseId/reinstate',
    'licenses:write',
    'idempotency if-match',
    200,
    ['license.not_found', 'license.version_conflict', 'license.transition_refused'],
  ],
  [
    'cancelLicense',
    'issuance',
    'POST /v1/licenses/:licenseId/cancel',
    'licenses:write',
    'idempotency if-match',
    200,
    ['license.not_found', 'license.version_conflict', 'license.transition_refused'],
  ],
  [
    'revokeLicense',
    'issuance',
    'POST /v1/licenses/:licenseId/revoke',
    'licenses:write',
    'idempotency if-match',
    200,
    ['license.not_found', 'license.version_conflict', 'license.transition_refused'],
  ],
  [
    'rotateLicenseKey',
    'issuance',
    'POST /v1/licenses/:licenseId/rotate-key',
    'licenses:write',
    'idempotency if-match',
    200,
    ['license.not_found', 'license.version_conflict', 'license.transition_refused', 'license.too_large'],
  ],
  [
    'changeLicensePlan',
    'issuance',
    'POST /v1/licenses/:licenseId/change-plan',
    'licenses:write',
    'idempotency if-match',
    200,
    [
      'license.not_found',
      'license.version_conflict',
      'license.transition_refused',
      'plan.not_found',
      'license.plan_product_mismatch',
      'license.too_large',
      'license.domain_limit',
      'license.domain_kind_not_allowed',
    ],
  ],
  [
    'bindDomain',
    'issuance',
    'POST /v1/licenses/:licenseId/domains',
    'licenses:write',
    'idempotency if-match',
    201,
    [
      'license.not_found',
      'license.version_conflict',
      'license.transition_refused',
      'license.too_large',
      'license.domain_invalid',
      'license.domain_public_suffix',
      'license.domain_kind_not_allowed',
      'license.domain_already_bound',
      'license.domain_limit',
      'license.domain_move_cooldown',
    ],
  ],
  [
    'releaseDomain',
    'issuance',
    'DELETE /v1/licenses/:licenseId/domains/:domain',
    'licenses:write',
    'idempotency if-match',
    204,
    ['license.not_found', 'license.version_conflict', 'license.transition_refused', 'license.domain_not_bound'],
  ],
  [
    'moveDomain',
    'issuance',
    'POST /v1/licenses/:licenseId/domains/move',
    'licenses:write',
    'idempotency if-match',
    200,
    [
      'license.not_found',
      'license.version_conflict',
      'license.transition_refused',
      'license.domain_not_bound',
      'license.too_large',
      'license.domain_invalid',
      'license.domain_public_suffix',
      'license.domain_kind_not_allowed',
      'license.domain_already_bound',
      'license.domain_move_cooldown',
    ],
  ],
  [
    'validateLicense',
    'validation',
    'POST /v1/licenses/validate',
    'validation',
    '',
    200,
    ['malformed_request', 'rate_limited'],
  ],
  [
    'validateBatch',
    'validation',
    'POST /v1/licenses/validate/batch',
    'validation',
    '',
    200,
    ['malformed_request', 'rate_limited'],
  ],
  ['explainValidation', 'validation', 'POST /v1/licenses/explain', 'licenses:read', '', 200, []],
  ['getKeySet', 'validation', 'GET /.well-known/jwks.json', 'public', '', 200, []],
  ['getTenantKeySet', 'validation', 'GET /t/:tenantId/.well-known/jwks.json', 'public', '', 200, ['tenant.not_found']],
  ['recordUsage', 'metering', 'POST /v1/usage', 'usage:write', 'idempotency', 202, []],
  ['getUsage', 'metering', 'GET /v1/usage', 'usage:read', '', 200, ['license.not_found', 'usage.meter_not_found']],
  ['listAnomalies', 'anomaly', 'GET /v1/anomalies', 'anomalies:read', '', 200, ['invalid_cursor', 'license.not_found']],
  ['getAnomaly', 'anomaly', 'GET /v1/anomalies/:anomalyId', 'anomalies:read', '', 200, ['anomaly.not_found']],
  [
    'acknowledgeAnomaly',
    'anomaly',
    'POST /v1/anomalies/:anomalyId/acknowledge',
    'anomalies:write',
    'idempotency',
    200,
    ['anomaly.not_found', 'anomaly.transition_refused'],
  ],
  [
    'resolveAnomaly',
    'anomaly',
    'POST /v1/anomalies/:anomalyId/resolve',
    'anomalies:write',
    'idempotency',
    200,
    ['anomaly.not_found', 'anomaly.transition_refused'],
  ],
  [
    'muteAnomaly',
    'anomaly',
    'POST /v1/anomalies/:anomalyId/mute',
    'anomalies:write',
    'idempotency',
    200,
    ['anomaly.not_found', 'anomaly.transition_refused'],
  ],
  [
    'createWebhookEndpoint',
    'webhooks',
    'POST /v1/webhook-endpoints',
    'webhooks:write',
    'idempotency',
    201,
    ['webhook_endpoint.url_refused'],
  ],
  ['listWebhookEndpoints', 'webhooks', 'GET /v1/webhook-endpoints', 'webhooks:read', '', 200, ['invalid_cursor']],
  [
    'getWebhookEndpoint',
    'webhooks',
    'GET /v1/webhook-endpoints/:endpointId',
    'webhooks:read',
    '',
    200,
    ['webhook_endpoint.not_found'],
  ],
  [
    'updateWebhookEndpoint',
    'webhooks',
    'PATCH /v1/webhook-endpoints/:endpointId',
    'webhooks:write',
    'idempotency',
    200,
    ['webhook_endpoint.not_found', 'webhook_endpoint.url_refused'],
  ],
  [
    'deleteWebhookEndpoint',
    'webhooks',
    'DELETE /v1/webhook-endpoints/:endpointId',
    'webhooks:write',
    'idempotency',
    204,
    ['webhook_endpoint.not_found'],
  ],
  [
    'testWebhookEndpoint',
    'webhooks',
    'POST /v1/webhook-endpoints/:endpointId/test',
    'webhooks:write',
    'idempotency',
    202,
    ['webhook_endpoint.not_found'],
  ],
  [
    'enableWebhookEndpoint',
    'webhooks',
    'POST /v1/webhook-endpoints/:endpointId/enable',
    'webhooks:write',
    'idempotency',
    200,
    ['webhook_endpoint.not_found', 'webhook_endpoint.not_disabled'],
  ],
  [
    'listWebhookDeliveries',
    'webhooks',
    'GET /v1/webhook-deliveries',
    'webhooks:read',
    '',
    200,
    ['invalid_cursor', 'webhook_endpoint.not_found'],
  ],
  [
    'resendWebhookDelivery',
    'webhooks',
    'POST /v1/webhook-deliveries/:deliveryId/resend',
    'webhooks:write',
    'idempotency',
    202,
    ['webhook_delivery.not_found'],
  ],
];

const rowOf = (operationId: string): Row | undefined => {
  const route = ROUTES.find((one) => one.operationId === operationId);
  if (route === undefined) return undefined;
  const { service, method, path, access, idempotent, ifMatch, answer, errors } = route;
  const takes = [...(idempotent ? ['idempotency'] : []), ...(ifMatch ? ['if-match'] : [])].join(' ');
  const who = access.kind === 'secret' ? access.scope : access.kind;
  return [operationId, service, `${method} ${path}`, who, takes, answer.status, errors ?? []];
};

it.each(FROZEN.map((row) => [row[0], row] as const))('%s is where it was and answers what it did', (operation, row) => {
  expect(rowOf(operation)).toEqual(row);
});

it('no operation is without its row', () => {
  expect(ROUTES.map(({ operationId }) => operationId)).toEqual(FROZEN.map(([operationId]) => operationId));
});

it('what is deleted answers nothing, what is created says so, and nothing else does', () => {
  for (const { method, answer, operationId } of ROUTES) {
    expect([operationId, answer.status === 204]).toEqual([operationId, method === 'DELETE']);
    expect([operationId, answer.schema === undefined]).toEqual([operationId, method === 'DELETE']);
    if (method !== 'POST') expect([200, 204]).toContain(answer.status);
  }
});

it('every change of state by a secret or operator key can be sent again', () => {
  const unsafe = ROUTES.filter(({ method, access }) => method !== 'GET' && access.kind !== 'validation');
  const once = unsafe.filter(({ idempotent }) => idempotent !== true).map(({ operationId }) => operationId);
  expect(once).toEqual(['explainValidation']);
});

it('every list takes a cursor, and says that it can be wrong', () => {
  for (const { operationId, query, errors } of ROUTES.filter((route) => route.operationId.startsWith('list'))) {
    expect(Object.keys(query?.shape ?? {})).toEqual(expect.arrayContaining(['limit', 'cursor']));
    expect([operationId, errors]).toEqual([operationId, expect.arrayContaining(['invalid_cursor'])]);
  }
});

it('every route with an id in its path says that there may be no such thing', () => {
  for (const { operationId, params, errors } of ROUTES.filter((route) => route.params !== undefined)) {
    const missing = (errors ?? []).filter((code) => code.endsWith('.not_found'));
    expect([operationId, Object.keys(params?.shape ?? {}).length > 0, missing.length > 0]).toEqual([
      operationId,
      true,
      true,
    ]);
  }
});
