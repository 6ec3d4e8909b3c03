export { ERRORS, type ErrorCode, type ErrorDefinition, type InvalidMember } from './errors.js';
export {
  accountKey,
  PLATFORM_TENANT,
  type ApiKeyAccount,
  type PlanAccount,
  type ProductAccount,
  type PublicKeyAccount,
  type ServiceKey,
  type TenantAccount,
} from './events/accounts.js';
export { type AnomalyFinding, type WebhookAttempt } from './events/anomalies.js';
export { EVENT_CATALOG, EVENTS, type EventDefinition } from './events/catalog.js';
export {
  decodeEvent,
  encodeEvent,
  encodeLicenseEvent,
  isEvent,
  type EncodedEvent,
  type IncomingEvent,
} from './events/codec.js';
export { fromHeaders, toHeaders, type EnvelopeHeaders, type EventEnvelope } from './events/envelope.js';
export { LICENSE_EVENTS, licenseEventName, type LicenseEventData } from './events/license-events.js';
export { licenseState, type LicenseState } from './events/license-state.js';
export { type UsageBalance, type UsageExceeded, type UsageThresholdReached } from './events/usage.js';
export { type BindingRequest, type ValidationBatch, type ValidationItem } from './events/validations.js';
export { anomalyRoutes, anomalyRules, anomalySeverities, anomalyStatuses, type AnomalyBody } from './http/anomalies.js';
export { catalogRoutes, type PlanBody, type ProductBody } from './http/catalog.js';
export { keyRoutes, type ApiKeyBody, type SigningKeyBody, type TenantBody } from './http/keys.js';
export { licenseRoutes, licenseStatus, type BoundDomainBody, type LicenseBody } from './http/licenses.js';
export { route, type Access, type Answer, type RouteDefinition, type RouteInput } from './http/route.js';
export { ROUTES } from './http/routes.js';
export {
  usageEvent,
  usageInvalidCodes,
  usageRoutes,
  usageWindows,
  type UsageBody,
  type UsageEvent,
  type UsageInvalidCode,
  type UsageResult,
} from './http/usage.js';
export { validationRoutes } from './http/validation.js';
export {
  deliveryStatuses,
  WEBHOOK_EVENT_TYPES,
  webhookRoutes,
  type WebhookDeliveryBody,
  type WebhookEndpointBody,
  type WebhookEventType,
} from './http/webhooks.js';
export { SCOPES, type Scope } from './scopes.js';
export { SERVICES, type ServiceName } from './services.js';
export { TOPICS, type TopicCleanup, type TopicDefinition, type TopicName } from './topics.js';
