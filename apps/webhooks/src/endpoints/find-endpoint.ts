import { type Database, decodeCursor, type Page, pageOf, type PageRequest } from '@leasehold/runtime';
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

export interface EndpointQuery extends PageRequest {
  readonly tenantId: string;
}

/**
 * A page of endpoints, newest first: their ids sort by time.
 * @throws {ProblemError} `invalid_cursor`
 */
export async function listEndpoints(
  { dataSource }: Pick<Database, 'dataSource'>,
  { tenantId, limit, cursor }: EndpointQuery,
): Promise<Page<WebhookEndpointBody>> {
  const [after] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
  const rows = await dataSource.getRepository(EndpointEntity).find({
    where: { tenantId, ...(after === undefined ? {} : { id: LessThan(after) }) },
    order: { id: 'DESC' },
    take: limit + 1,
  });
  return pageOf(rows, limit, showEndpoint, ({ id }) => [id]);
}
