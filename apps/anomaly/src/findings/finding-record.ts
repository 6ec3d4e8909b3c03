import { encodeEvent, EVENTS, TOPICS } from '@leasehold/contracts';
import type { Instant } from '@leasehold/licensing';
import { type NewRecord, partitionOf } from '@leasehold/messaging';
import type { Finding } from './finding.js';
import { tellingId } from './finding-id.js';

const SOURCE = '/leasehold/anomaly';

/** The record that tells what a finding is at the moment. */
function findingRecord(
  definition: typeof EVENTS.anomalyFound | typeof EVENTS.anomalySettled,
  finding: Finding,
  id: string,
  time: Instant,
): NewRecord {
  const { licenseId: license, tenantId: tenant, productId: product } = finding;
  const { rule, severity, status, count, requestedDomain, boundDomain, firstSeenAt, lastSeenAt, evidence } = finding;
  return {
    topic: TOPICS.anomalies.name,
    partition: partitionOf(license, TOPICS.anomalies.partitions),
    key: license,
    ...encodeEvent(
      definition,
      { id, source: SOURCE, subject: license, time, tenant, partitionKey: license },
      {
        id: finding.id,
        rule,
        severity,
        status,
        license,
        tenant,
        product,
        count,
        requestedDomain,
        boundDomain,
        firstSeenAt,
        lastSeenAt,
        evidence: { ...evidence },
      },
    ),
  };
}

/** Tells of a finding that was opened, got worse, or goes on. */
export const sightingRecord = (finding: Finding): NewRecord =>
  findingRecord(
    EVENTS.anomalyFound,
    finding,
    tellingId(finding.id, finding.count, finding.lastToldAt),
    finding.lastToldAt,
  );

/** Tells that somebody has given a finding its status. */
export const settlementRecord = (finding: Finding, at: Instant): NewRecord =>
  findingRecord(EVENTS.anomalySettled, finding, tellingId(finding.id, finding.status, at), at);
