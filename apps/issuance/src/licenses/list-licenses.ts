import type { LicenseBody } from '@leasehold/contracts';
import type { Instant } from '@leasehold/licensing';
import type { Page } from '@leasehold/runtime';
import type { DataSource } from 'typeorm';
import { LicenseEntity, LicensePrivateEntity } from '../database/entities.js';
import { newestFirst } from '../database/newest-first.js';
import { productExists } from '../products/product-exists.js';
import type { Refusal } from './change-license.js';
import type { LicenseContext } from './license-context.js';
import { bindingNamed, licenseFilter, type LicenseQuery } from './license-filter.js';
import { NOTHING_KEPT } from './load-license.js';
import { describeLicense } from './read-license.js';

const NO_LICENSES: Page<LicenseBody> = { data: [], nextCursor: null };

/**
 * Licenses of a tenant, newest first. A domain finds the licenses that are bound to exactly that host or pattern in its
 * canonical spelling, not those that cover it otherwise.
 */
export async function listLicenses(
  context: LicenseContext,
  dataSource: DataSource,
  tenantId: string,
  query: LicenseQuery,
  now: Instant,
): Promise<Page<LicenseBody> | { readonly refusal: Refusal } | { readonly unreadable: 'domain' }> {
  const { productId, planId, domain } = query;
  if (productId !== undefined && !(await productExists(context.pool, tenantId, productId)))
    return { refusal: { code: 'product.not_found' } };
  if (planId !== undefined && (await context.findPlan(tenantId, planId)) === undefined)
    return { refusal: { code: 'plan.not_found' } };
  const named = domain === undefined ? undefined : bindingNamed(domain);
  if (named !== undefined && 'unreadable' in named) return named;
  if (named !== undefined && named.binding === undefined) return NO_LICENSES;

  const where = licenseFilter(tenantId, query, named?.binding, now);
  const page = await newestFirst(dataSource.getRepository(LicenseEntity), where, query, (row) => row);
  const kept = await privateParts(dataSource, page.data);
  return {
    data: await Promise.all(
      page.data.map(({ id, state }) => describeLicense(context, state.license, kept.get(id) ?? NOTHING_KEPT, now)),
    ),
    nextCursor: page.nextCursor,
  };
}

async function privateParts(dataSource: DataSource, licenses: readonly LicenseEntity[]) {
  if (licenses.length === 0) return new Map<string, never>();
  const rows = await dataSource.getRepository(LicensePrivateEntity).find({
    where: licenses.map(({ id }) => ({ id })),
  });
  return new Map(rows.map(({ id, metadata, ...rest }) => [id, { ...rest, metadata: metadata ?? {} }]));
}
