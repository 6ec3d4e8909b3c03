import { z } from 'zod';
import { anomalyRules, anomalySeverities, anomalyStatuses } from '../http/anomalies.js';
import { instant } from '../http/values.js';

/** A finding as it was when something about it was worth telling. */
export const anomalyFinding = z.object({
  id: z.string(),
  rule: z.enum(anomalyRules),
  severity: z.enum(anomalySeverities),
  status: z.enum(anomalyStatuses),
  license: z.string(),
  tenant: z.string(),
  product: z.string(),
  count: z.int(),
  requestedDomain: z.string().nullable(),
  boundDomain: z.string().nullable(),
  firstSeenAt: instant,
  lastSeenAt: instant,
  evidence: z.record(z.string(), z.unknown()),
});
export type AnomalyFinding = z.output<typeof anomalyFinding>;

/** What became of one attempt to deliver a webhook. */
export const webhookAttempt = z.object({
  delivery: z.string(),
  endpoint: z.string(),
  tenant: z.string(),
  eventId: z.string(),
  eventType: z.string(),
  attempt: z.int(),
  statusCode: z.int().nullable(),
  error: z.string().nullable(),
  durationMs: z.int(),
  at: instant,
});
export type WebhookAttempt = z.output<typeof webhookAttempt>;
