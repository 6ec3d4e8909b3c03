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
  keyRoutes,
  catalogRoutes,
  licenseRoutes,
  validationRoutes,
  usageRoutes,
  anomalyRoutes,
  webhookRoutes,
].flatMap((group): RouteDefinition[] => Object.values(group));
