import { type AnomalyBody, type anomalyRoutes, type RouteInput } from '@leasehold/contracts';
import { cursorTime, decodeCursor, type Page, pageOf } from '@leasehold/runtime';
import type { FindOptionsWhere, Repository } from 'typeorm';
import type { FindingEntity } from '../database/entities.js';
import { showFinding } from './show-finding.js';

export type FindingQuery = RouteInput<typeof anomalyRoutes.listAnomalies>['query'];

/**
 * A page of a tenant's findings, last seen first and, within a millisecond, by id. A finding that is seen again moves to
 * the top: a reader who pages meanwhile meets it on the first page of the next round.
 * @throws {ProblemError} `invalid_cursor`
 */
export async function listFindings(
  findings: Repository<FindingEntity>,
  tenantId: string,
  { limit, cursor, licenseId, rule, status, severity }: FindingQuery,
): Promise<Page<AnomalyBody>> {
  const where: FindOptionsWhere<FindingEntity> = {
    tenantId,
    ...(licenseId === undefined ? {} : { licenseId }),
    ...(rule === undefined ? {} : { rule }),
    ...(status === undefined ? {} : { status }),
    ...(severity === undefined ? {} : { severity }),
  };
  const query = findings.createQueryBuilder('row').where(where);
  if (cursor !== undefined) {
    const [lastSeenAt, id] = decodeCursor(cursor, ['number', 'string']);
    query.andWhere('(row.lastSeenAt, row.id) < (:lastSeenAt, :id)', { lastSeenAt: cursorTime(lastSeenAt), id });
  }
  const rows = await query
    .orderBy('row.lastSeenAt', 'DESC')
    .addOrderBy('row.id', 'DESC')
    .limit(limit + 1)
    .getMany();
  return pageOf(rows, limit, showFinding, ({ lastSeenAt, id }) => [lastSeenAt.getTime(), id]);
}
