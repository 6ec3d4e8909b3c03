import { cursorTime, decodeCursor, type Page, pageOf, type PageRequest } from '@leasehold/runtime';
import { type FindOptionsWhere, type ObjectLiteral, type Repository } from 'typeorm';

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
    query.andWhere('(row.createdAt, row.id) < (:createdAt, :id)', { createdAt: cursorTime(createdAt), id });
  }
  const rows = await query
    .orderBy('row.createdAt', 'DESC')
    .addOrderBy('row.id', 'DESC')
    .limit(limit + 1)
    .getMany();
  return pageOf(rows, limit, show, ({ createdAt, id }) => [createdAt.getTime(), id]);
}
