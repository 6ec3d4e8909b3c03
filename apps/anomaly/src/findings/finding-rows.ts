import type { ClientBase } from 'pg';
import type { Evidence } from './evidence.js';
import type { Finding, FindingStatus } from './finding.js';

const COLUMNS = `f.id, f.tenant_id, f.product_id, f.license_id, f.rule, f.generation, f.severity, f.status, f.count,
  f.requested_domain, f.bound_domain, f.first_seen_at, f.last_seen_at, f.last_told_at, f.evidence`;

// the newest of each rule; a license's findings are opened by the consumer of one partition, so none comes in between
const PRESENT = `
  select ${COLUMNS} from finding f
  where f.license_id = any ($1::text[]) and not exists
    (select from finding n where n.license_id = f.license_id and n.rule = f.rule and n.generation > f.generation)
  order by f.license_id, f.rule for update of f`;

// the status is the callers' to change: their rows are locked from the reading on, so it could not differ anyway
const SAVE = `
  insert into finding as f (id, tenant_id, product_id, license_id, rule, generation, severity, status, count,
    requested_domain, bound_domain, first_seen_at, last_seen_at, last_told_at, evidence)
  select id, tenant_id, product_id, license_id, rule, generation, severity, status, count,
    requested_domain, bound_domain, first_seen_at, last_seen_at, last_told_at, evidence
  from json_to_recordset($1::json) as r (id text, tenant_id text, product_id text, license_id text, rule text,
    generation integer, severity text, status text, count bigint, requested_domain text, bound_domain text,
    first_seen_at timestamptz, last_seen_at timestamptz, last_told_at timestamptz, evidence json)
  on conflict (id) do update set severity = excluded.severity, count = excluded.count,
    requested_domain = excluded.requested_domain, bound_domain = excluded.bound_domain,
    first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at,
    last_told_at = excluded.last_told_at, evidence = excluded.evidence`;

const OWN = `select ${COLUMNS} from finding f where f.id = $1 and f.tenant_id = $2 for update`;
const GIVE_STATUS = 'update finding set status = $2 where id = $1';

/** The newest finding of each rule of each license, locked until the transaction ends. */
export async function presentFindings(
  transaction: ClientBase,
  licenseIds: readonly string[],
): Promise<readonly Finding[]> {
  const { rows } = await transaction.query<Row>({ name: 'present-findings', text: PRESENT, values: [licenseIds] });
  return rows.map(fromRow);
}

/** Writes findings that are new or have gone on, in one statement. */
export async function saveFindings(transaction: ClientBase, findings: readonly Finding[]): Promise<void> {
  if (findings.length === 0) return;
  const values = [JSON.stringify(findings.map(toRow))];
  await transaction.query({ name: 'save-findings', text: SAVE, values });
}

/** A finding of the tenant, locked until the transaction ends. */
export async function ownFinding(
  transaction: ClientBase,
  tenantId: string,
  findingId: string,
): Promise<Finding | undefined> {
  const { rows } = await transaction.query<Row>(OWN, [findingId, tenantId]);
  return rows[0] && fromRow(rows[0]);
}

export async function giveStatus(transaction: ClientBase, findingId: string, status: FindingStatus): Promise<void> {
  await transaction.query(GIVE_STATUS, [findingId, status]);
}

interface Row {
  readonly id: string;
  readonly tenant_id: string;
  readonly product_id: string;
  readonly license_id: string;
  readonly rule: Finding['rule'];
  readonly generation: number;
  readonly severity: Finding['severity'];
  readonly status: FindingStatus;
  readonly count: string;
  readonly requested_domain: string | null;
  readonly bound_domain: string | null;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  readonly last_told_at: Date;
  readonly evidence: Evidence;
}

const fromRow = (row: Row): Finding => ({
  id: row.id,
  tenantId: row.tenant_id,
  productId: row.product_id,
  licenseId: row.license_id,
  rule: row.rule,
  generation: row.generation,
  severity: row.severity,
  status: row.status,
  count: Number(row.count),
  requestedDomain: row.requested_domain,
  boundDomain: row.bound_domain,
  firstSeenAt: row.first_seen_at.getTime(),
  lastSeenAt: row.last_seen_at.getTime(),
  lastToldAt: row.last_told_at.getTime(),
  evidence: row.evidence,
});

/** As JSON for the statement, which reads times as text. */
const toRow = (finding: Finding): Record<keyof Row, unknown> => ({
  id: finding.id,
  tenant_id: finding.tenantId,
  product_id: finding.productId,
  license_id: finding.licenseId,
  rule: finding.rule,
  generation: finding.generation,
  severity: finding.severity,
  status: finding.status,
  count: finding.count,
  requested_domain: finding.requestedDomain,
  bound_domain: finding.boundDomain,
  first_seen_at: new Date(finding.firstSeenAt),
  last_seen_at: new Date(finding.lastSeenAt),
  last_told_at: new Date(finding.lastToldAt),
  evidence: finding.evidence,
});
