import { anomalyRoutes } from './anomalies.js';
import { catalogRoutes } from './catalog.js';
import { keyRoutes } from './keys.js';
import { licenseRoutes } from './licenses.js';
import type { RouteDefinition } from './route.js';
import { usageRoutes } from './usage.js';
import { validationRoutes } from './validation.js';
import { webhookRoutes } from './webhooks.js';

/** Every route of the HTTP API. */
export const ROUTES: readonly RouteDefinition[] = [
  ...Object.values<RouteDefinition>(keyRoutes),
  ...Object.values<RouteDefinition>(catalogRoutes),
  ...Object.values<RouteDefinition>(licenseRoutes),
  ...Object.values<RouteDefinition>(validationRoutes),
  ...Object.values<RouteDefinition>(usageRoutes),
  ...Object.values<RouteDefinition>(anomalyRoutes),
  ...Object.values<RouteDefinition>(webhookRoutes),
];
