import { type AnomalyBody, type anomalyRoutes, type RouteInput } from '@leasehold/contracts';
import { decodeCursor, encodeCursor } from '@leasehold/runtime';
import type { FindOptionsWhere, Repository } from 'typeorm';
import type { FindingEntity } from '../database/entities.js';
import { showFinding } from './show-finding.js';

export type FindingQuery = RouteInput<typeof anomalyRoutes.listAnomalies>['query'];

export interface FindingPage {
  readonly data: AnomalyBody[];
  readonly nextCursor: string | null;
}

/**
 * A page of a tenant's findings, last seen first and, within a millisecond, by id. A finding that is seen again moves to
 * the top: a reader who pages meanwhile meets it on the first page of the next round.
 * @throws {ProblemError} `invalid_cursor`
 */
export async function listFindings(
  findings: Repository<FindingEntity>,
  tenantId: string,
  { limit, cursor, licenseId, rule, status, severity }: FindingQuery,
): Promise<FindingPage> {
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
    query.andWhere('(row.lastSeenAt, row.id) < (:lastSeenAt, :id)', { lastSeenAt: instantOf(lastSeenAt), id });
  }
  const rows = await query
    .orderBy('row.lastSeenAt', 'DESC')
    .addOrderBy('row.id', 'DESC')
    .limit(limit + 1)
    .getMany();
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    data: rows.slice(0, limit).map(showFinding),
    nextCursor: last === undefined ? null : encodeCursor([last.lastSeenAt.getTime(), last.id]),
  };
}

/** A time the database can compare with, whatever number a cursor holds. */
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');
const instantOf = (milliseconds: number): string => new Date(Math.min(Math.max(milliseconds, 0), LATEST)).toISOString();
