import type { AnomalyBody } from '@leasehold/contracts';
import type { Finding } from './finding.js';

type Shown = Pick<Finding, 'id' | 'rule' | 'severity' | 'status' | 'licenseId' | 'count' | 'evidence'> & {
  readonly firstSeenAt: number | Date;
  readonly lastSeenAt: number | Date;
};

export const showFinding = (finding: Shown): AnomalyBody => ({
  id: finding.id,
  rule: finding.rule,
  severity: finding.severity,
  status: finding.status,
  licenseId: finding.licenseId,
  count: finding.count,
  firstSeenAt: new Date(finding.firstSeenAt).toISOString(),
  lastSeenAt: new Date(finding.lastSeenAt).toISOString(),
  evidence: { ...finding.evidence },
});
