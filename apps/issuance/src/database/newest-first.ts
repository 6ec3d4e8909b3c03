import { decodeCursor, encodeCursor } from '@leasehold/runtime';
import { type FindOptionsWhere, type ObjectLiteral, type Repository } from 'typeorm';

/** What every list is asked for. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What every list answers. */
export interface Page<Item> {
  readonly data: Item[];
  readonly nextCursor: string | null;
}

interface Listed extends ObjectLiteral {
  readonly id: string;
  readonly createdAt: Date;
}

/**
 * A page of a table, newest first: by time and, within a millisecond, by id. A cursor names the last row of the page
 * before, so that rows that come meanwhile move nothing.
 *
 * @throws {ProblemError} `invalid_cursor`
 */
export async function newestFirst<Row extends Listed, Item>(
  repository: Repository<Row>,
  where: FindOptionsWhere<Row>,
  { limit, cursor }: PageRequest,
  show: (row: Row) => Item,
): Promise<Page<Item>> {
  const query = repository.createQueryBuilder('row').where(where);
  if (cursor !== undefined) {
    const [createdAt, id] = decodeCursor(cursor, ['number', 'string']);
    query.andWhere('(row.createdAt, row.id) < (:createdAt, :id)', { createdAt: instantOf(createdAt), id });
  }
  const rows = await query
    .orderBy('row.createdAt', 'DESC')
    .addOrderBy('row.id', 'DESC')
    .limit(limit + 1)
    .getMany();
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    data: rows.slice(0, limit).map(show),
    nextCursor: last === undefined ? null : encodeCursor([last.createdAt.getTime(), last.id]),
  };
}

/** A time the database can compare with, whatever number a cursor holds. */
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');
const instantOf = (milliseconds: number): string => new Date(Math.min(Math.max(milliseconds, 0), LATEST)).toISOString();
