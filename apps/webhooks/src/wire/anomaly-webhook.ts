import type { AnomalyFinding } from '@leasehold/contracts';
import { timeText } from './webhook-event.js';

/** `license.suspicious_activity`; `undefined` for a finding that was settled: who settled it knows. */
export function suspiciousActivityData(finding: AnomalyFinding): Readonly<Record<string, unknown>> | undefined {
  if (finding.status !== 'open') return undefined;
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
