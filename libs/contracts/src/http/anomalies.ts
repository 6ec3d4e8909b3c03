import { z } from 'zod';
import { route } from './route.js';
import * as value from './values.js';

/** Findings of anomaly detection. */

export const anomalyRules = ['domain_mismatch', 'burst_requests'] as const;
export const anomalyStatuses = ['open', 'acknowledged', 'resolved', 'muted'] as const;
export const anomalySeverities = ['info', 'warning', 'critical'] as const;

const anomaly = z
  .object({
    id: value.anomalyId,
    rule: z.enum(anomalyRules),
    severity: z.enum(anomalySeverities),
    status: z.enum(anomalyStatuses),
    licenseId: value.licenseId,
    count: z.int(),
    firstSeenAt: value.time,
    lastSeenAt: value.time,
    evidence: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Anomaly' });
export type AnomalyBody = z.output<typeof anomaly>;

const params = z.object({ anomalyId: value.anomalyId });
const settle = <const Name extends string>(operationId: Name, verb: string, summary: string) =>
  route({
    operationId,
    service: 'anomaly',
    method: 'POST',
    path: `/v1/anomalies/:anomalyId/${verb}`,
    tag: 'Anomalies',
    summary,
    access: { kind: 'secret', scope: 'anomalies:write' },
    params,
    idempotent: true,
    answer: { status: 200, description: 'The anomaly.', schema: anomaly },
    errors: ['anomaly.not_found', 'anomaly.transition_refused'],
  });

export const anomalyRoutes = {
  listAnomalies: route({
    operationId: 'listAnomalies',
    service: 'anomaly',
    method: 'GET',
    path: '/v1/anomalies',
    tag: 'Anomalies',
    summary: 'List anomalies, last seen first',
    access: { kind: 'secret', scope: 'anomalies:read' },
    query: z.strictObject({
      ...value.page,
      licenseId: value.licenseId.optional(),
      rule: z.enum(anomalyRules).optional(),
      status: z.enum(anomalyStatuses).optional(),
      severity: z.enum(anomalySeverities).optional(),
    }),
    answer: { status: 200, description: 'A page of anomalies.', schema: value.listOf(anomaly) },
    errors: ['invalid_cursor', 'license.not_found'],
  }),
  getAnomaly: route({
    operationId: 'getAnomaly',
    service: 'anomaly',
    method: 'GET',
    path: '/v1/anomalies/:anomalyId',
    tag: 'Anomalies',
    summary: 'Read an anomaly with its evidence',
    access: { kind: 'secret', scope: 'anomalies:read' },
    params,
    answer: { status: 200, description: 'The anomaly.', schema: anomaly },
    errors: ['anomaly.not_found'],
  }),
  acknowledgeAnomaly: settle('acknowledgeAnomaly', 'acknowledge', 'Say that an anomaly is being looked at'),
  resolveAnomaly: settle('resolveAnomaly', 'resolve', 'Close an anomaly'),
  muteAnomaly: settle('muteAnomaly', 'mute', 'Count on, but tell nobody'),
};
