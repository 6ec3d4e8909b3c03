/** One error code: its HTTP status, whether the same request may succeed later, and what the caller is told. */
export interface ErrorDefinition {
  readonly status: number;
  readonly retryable: boolean;
  readonly sentence: string;
}

const refused = (status: number, sentence: string): ErrorDefinition => ({ status, retryable: false, sentence });
const later = (status: number, sentence: string): ErrorDefinition => ({ status, retryable: true, sentence });

/** The one registry of error codes. Each has a page `docs/errors/<code>.md`. */
export const ERRORS = {
  malformed_request: refused(400, 'The request could not be read.'),
  invalid_header: refused(400, 'A request header has a value that cannot be used.'),
  unauthenticated: refused(401, 'This route needs an API key: Authorization: Bearer <key>.'),
  invalid_api_key: refused(401, 'The API key is not known.'),
  secret_key_required: refused(403, 'This route takes a secret key, not a publishable one.'),
  operator_key_required: refused(403, 'This route takes the operator key.'),
  insufficient_scope: refused(403, 'The API key does not have the scope that this route needs.'),
  not_found: refused(404, 'There is nothing at this address.'),
  method_not_allowed: refused(405, 'This address does not take that method.'),
  body_too_large: refused(413, 'The request body is larger than this route takes.'),
  unsupported_media_type: refused(415, 'The content type of the body is not one that this route takes.'),
  invalid_request: refused(422, 'The request has members that cannot be used.'),
  invalid_cursor: refused(422, 'The cursor is not one that this list gave out.'),
  idempotency_key_reused: refused(422, 'The Idempotency-Key was used before with another request.'),
  idempotency_in_flight: later(409, 'A request with this Idempotency-Key is still being handled.'),
  rate_limited: later(429, 'Too many requests; wait as long as Retry-After says.'),
  internal_error: later(500, 'Something went wrong on our side.'),
  service_unavailable: later(503, 'A part this request needs cannot be reached; nothing is known to have changed.'),

  'tenant.not_found': refused(404, 'There is no such tenant.'),
  'product.not_found': refused(404, 'There is no such product.'),
  'plan.not_found': refused(404, 'There is no such plan.'),
  'api_key.not_found': refused(404, 'There is no such API key.'),
  'api_key.scope_not_held': refused(403, 'A key cannot give a scope that it does not have.'),
  'signing_key.rotation_pending': refused(409, 'A rotated key of this purpose waits to become active.'),

  'license.not_found': refused(404, 'There is no such license.'),
  'license.version_conflict': later(412, 'The license has changed since you read it.'),
  'license.transition_refused': refused(409, 'The license is in a state that does not allow this.'),
  'license.too_large': refused(
    422,
    'The license would not fit into a token: at most 8 KiB, 100 domains, 100 features.',
  ),
  'license.domain_invalid': refused(422, 'The domain cannot be bound: it is not a valid host name or pattern.'),
  'license.domain_public_suffix': refused(422, 'The domain is a public suffix, under which anybody can register.'),
  'license.domain_kind_not_allowed': refused(422, 'The plan does not allow a domain of this kind.'),
  'license.domain_limit': refused(409, 'The license has as many domains as its plan allows.'),
  'license.domain_already_bound': refused(409, 'The license is bound to this domain already.'),
  'license.domain_not_bound': refused(404, 'The license is not bound to this domain.'),
  'license.domain_move_cooldown': refused(409, 'The domain was moved a short while ago; the plan demands a pause.'),
  'license.time_range_invalid': refused(422, 'The times do not fit together: the end must come after the start.'),
  'license.already_exists': later(409, 'A license with this id exists already.'),
  'license.plan_product_mismatch': refused(422, 'The plan belongs to another product than the license.'),

  'usage.meter_not_found': refused(404, 'There is no such meter.'),
  'anomaly.not_found': refused(404, 'There is no such anomaly.'),
  'anomaly.transition_refused': refused(409, 'The anomaly is in a state that does not allow this.'),
  'webhook_endpoint.not_found': refused(404, 'There is no such webhook endpoint.'),
  'webhook_endpoint.url_refused': refused(422, 'Webhooks are not sent to this address.'),
  'webhook_endpoint.not_disabled': refused(409, 'The webhook endpoint is enabled already.'),
  'webhook_delivery.not_found': refused(404, 'There is no such webhook delivery.'),
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERRORS;

/** One member of a request that cannot be used: a JSON Pointer into the body, or the name of a parameter. */
export interface InvalidMember {
  readonly pointer: string;
  readonly message: string;
}
