import type { AnomalyFinding } from '@leasehold/contracts';
import { timeText } from './webhook-event.js';

/** The data of `license.suspicious_activity`. */
export function suspiciousActivityData(finding: AnomalyFinding): Readonly<Record<string, unknown>> {
  return {
    license_id: finding.license,
    reason: finding.rule,
    requested_domain: finding.requestedDomain,
    bound_domain: finding.boundDomain,
    severity: finding.severity,
    count: finding.count,
    first_seen: timeText(finding.firstSeenAt),
    last_seen: timeText(finding.lastSeenAt),
    anomaly_id: finding.id,
  };
}
