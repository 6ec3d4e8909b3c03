import { type Database, decodeCursor, encodeCursor } from '@leasehold/runtime';
import { LessThan } from 'typeorm';
import type { WebhookEndpointBody } from '@leasehold/contracts';
import { EndpointEntity } from '../database/entities.js';
import { showEndpoint } from './show-endpoint.js';

/** The endpoint, if the tenant has it. */
export async function findEndpoint(
  { dataSource }: Pick<Database, 'dataSource'>,
  tenantId: string,
  id: string,
): Promise<WebhookEndpointBody | undefined> {
  const endpoint = await dataSource.getRepository(EndpointEntity).findOneBy({ id, tenantId });
  return endpoint === null ? undefined : showEndpoint(endpoint);
}

export interface EndpointQuery {
  readonly tenantId: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/**
 * A page of endpoints, newest first: their ids sort by time.
 * @throws {ProblemError} `invalid_cursor`
 */
export async function listEndpoints(
  { dataSource }: Pick<Database, 'dataSource'>,
  { tenantId, limit, cursor }: EndpointQuery,
): Promise<{ readonly data: WebhookEndpointBody[]; readonly nextCursor: string | null }> {
  const [after] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
  const rows = await dataSource.getRepository(EndpointEntity).find({
    where: { tenantId, ...(after === undefined ? {} : { id: LessThan(after) }) },
    order: { id: 'DESC' },
    take: limit + 1,
  });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    data: rows.slice(0, limit).map(showEndpoint),
    nextCursor: last === undefined ? null : encodeCursor([last.id]),
  };
}
