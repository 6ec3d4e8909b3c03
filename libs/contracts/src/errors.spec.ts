import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { LICENSE_REFUSAL_CODES } from '@leasehold/licensing';
import { ERRORS, type ErrorDefinition } from './errors.js';
import { ROUTES } from './http/routes.js';

const folder = new URL('../../../docs/errors/', import.meta.url);
const codes = Object.keys(ERRORS);
const pageOf = (code: string): string => readFileSync(new URL(`${code}.md`, folder), 'utf8');

/** Lines of a page may be broken anywhere. */
const unbroken = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('the pages about errors', () => {
  it('are one for each code and none for anything else', () => {
    expect(readdirSync(folder).sort()).toEqual(codes.map((code) => `${code}.md`).sort());
  });

  it.each(codes)('%s: says what happened, why, and what to do, on one screen', (code) => {
    const page = pageOf(code);
    const { sentence, status, retryable }: ErrorDefinition = ERRORS[code as keyof typeof ERRORS];
    const outlook = retryable ? 'The same request may succeed later.' : 'The same request will be refused again.';
    expect(page.split('\n', 1)).toEqual([`# ${code}`]);
    expect(unbroken(page)).toContain(`${sentence} Status ${status}. ${outlook}`);
    expect(page).toMatch(/\n## Why\n\n[^#]+\n## What to do\n\n- [^#]+\n$/);
    expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
  });
});

/** `POST …/suspend` for `POST /v1/licenses/:licenseId/suspend`, and whole paths with `{}` for parameters. */
const served = ROUTES.map(({ method, path }) => `${method} ${path.replaceAll(/:[A-Za-z]+/g, '{}')}`);
const isServed = (mention: string): boolean => {
  const [method = '', path = ''] = mention.replaceAll(/\{[a-z]+\}/g, '{}').split(' ');
  return path.startsWith('…')
    ? served.some((one) => one.startsWith(`${method} `) && one.endsWith(path.slice(1)))
    : served.includes(`${method} ${path}`);
};

it('no page sends its reader to a route that does not exist', () => {
  const mentions = codes.flatMap(
    (code) => pageOf(code).match(/\b(?:GET|POST|PATCH|DELETE) (?:\/v1|…)\/[^` ?]+/g) ?? [],
  );
  expect(mentions.length).toBeGreaterThan(10);
  expect(mentions.filter((mention) => !isServed(mention))).toEqual([]);
});

describe('the codes', () => {
  it('are lower case, with the object before a point where there is one', () => {
    expect(codes.filter((code) => !/^(?:[a-z_]+\.)?[a-z_]+$/.test(code))).toEqual([]);
  });

  it('have statuses of errors, and failures of the server may be tried again', () => {
    for (const { status, retryable } of Object.values<ErrorDefinition>(ERRORS)) {
      expect(status).toBeGreaterThanOrEqual(400);
      if (status >= 500) expect(retryable).toBe(true);
    }
  });

  it('cover every reason for which a command on a license is refused', () => {
    expect(LICENSE_REFUSAL_CODES.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
  });
});

/** What clients have built on: a code keeps its status and its outlook for ever. A new code gets a row here. */
const FROZEN: readonly (readonly [code: string, status: number, outlook: 'may succeed later' | 'stays refused'])[] = [
  ['malformed_request', 400, 'stays refused'],
  ['invalid_header', 400, 'stays refused'],
  ['unauthenticated', 401, 'stays refused'],
  ['invalid_api_key', 401, 'stays refused'],
  ['secret_key_required', 403, 'stays refused'],
  ['operator_key_required', 403, 'stays refused'],
  ['insufficient_scope', 403, 'stays refused'],
  ['not_found', 404, 'stays refused'],
  ['method_not_allowed', 405, 'stays refused'],
  ['body_too_large', 413, 'stays refused'],
  ['unsupported_media_type', 415, 'stays refused'],
  ['invalid_request', 422, 'stays refused'],
  ['invalid_cursor', 422, 'stays refused'],
  ['idempotency_key_reused', 422, 'stays refused'],
  ['idempotency_in_flight', 409, 'may succeed later'],
  ['rate_limited', 429, 'may succeed later'],
  ['internal_error', 500, 'may succeed later'],
  ['service_unavailable', 503, 'may succeed later'],
  ['tenant.not_found', 404, 'stays refused'],
  ['product.not_found', 404, 'stays refused'],
  ['plan.not_found', 404, 'stays refused'],
  ['api_key.not_found', 404, 'stays refused'],
  ['api_key.scope_not_held', 403, 'stays refused'],
  ['signing_key.rotation_pending', 409, 'stays refused'],
  ['license.not_found', 404, 'stays refused'],
  ['license.version_conflict', 412, 'may succeed later'],
  ['license.transition_refused', 409, 'stays refused'],
  ['license.too_large', 422, 'stays refused'],
  ['license.domain_invalid', 422, 'stays refused'],
  ['license.domain_public_suffix', 422, 'stays refused'],
  ['license.domain_kind_not_allowed', 422, 'stays refused'],
  ['license.domain_limit', 409, 'stays refused'],
  ['license.domain_already_bound', 409, 'stays refused'],
  ['license.domain_not_bound', 404, 'stays refused'],
  ['license.domain_move_cooldown', 409, 'stays refused'],
  ['license.time_range_invalid', 422, 'stays refused'],
  ['license.already_exists', 409, 'may succeed later'],
  ['license.plan_product_mismatch', 422, 'stays refused'],
  ['usage.meter_not_found', 404, 'stays refused'],
  ['anomaly.not_found', 404, 'stays refused'],
  ['anomaly.transition_refused', 409, 'stays refused'],
  ['webhook_endpoint.not_found', 404, 'stays refused'],
  ['webhook_endpoint.url_refused', 422, 'stays refused'],
  ['webhook_endpoint.not_disabled', 409, 'stays refused'],
  ['webhook_delivery.not_found', 404, 'stays refused'],
];

describe('what clients have built on', () => {
  it.each(FROZEN)('%s is answered with %i and %s', (code, status, outlook) => {
    expect(ERRORS).toHaveProperty([code]);
    expect(ERRORS[code as keyof typeof ERRORS]).toMatchObject({ status, retryable: outlook === 'may succeed later' });
  });

  it('is all of the registry', () => {
    expect(codes).toEqual(FROZEN.map(([code]) => code));
  });

  it('is told in sentences that differ, so that a reader of a log knows which it was', () => {
    const sentences = Object.values<ErrorDefinition>(ERRORS).map(({ sentence }) => sentence);
    expect(new Set(sentences).size).toBe(sentences.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});
