import type { UsageBody } from '@leasehold/contracts';
import type { Instant } from '@leasehold/licensing';
import { ProblemError } from '@leasehold/runtime';
import { timestamp } from '../database/row-text.js';
import type { Queryable } from '../database/queryable.js';
import { findContexts } from '../licenses/find-contexts.js';
import { hasMeter, limitOf } from '../licenses/license-context.js';
import { readPeriods } from '../counting/read-periods.js';
import { sumBuckets } from './sum-buckets.js';
import { type UsageQuery, usageRange } from './usage-range.js';

export interface MeterQuery extends UsageQuery {
  readonly licenseId: string;
  readonly meter: string;
}

/** What a license of the tenant has used. `limit`, `remaining` and `resetsAt` are those of the period under way. */
export async function readUsage(
  database: Queryable,
  tenantId: string,
  query: MeterQuery,
  now: Instant,
): Promise<UsageBody> {
  const { licenseId, meter, window, timezone } = query;
  const context = (await findContexts(database, tenantId, [licenseId])).get(licenseId);
  if (context === undefined) throw new ProblemError('license.not_found');
  if (!hasMeter(context, meter)) throw new ProblemError('usage.meter_not_found');
  const range = usageRange(context, query, now);
  if ('parameter' in range) {
    const { parameter, message } = range;
    throw new ProblemError('invalid_request', { errors: [{ pointer: `query/${parameter}`, message }] });
  }
  const [period] = await readPeriods(database, [{ context, meter }], now);
  const buckets = await sumBuckets(database, { licenseId, meter, window, timezone, ...range });
  const limit = limitOf(context, meter) ?? null;
  return {
    licenseId,
    meter,
    from: timestamp(range.from),
    to: timestamp(range.to),
    total: Math.min(
      Number.MAX_SAFE_INTEGER,
      buckets.reduce((sum, { quantity }) => sum + quantity, 0),
    ),
    limit,
    remaining: limit === null ? null : Math.max(0, limit - (period?.used ?? 0)),
    resetsAt: timestamp(period?.end ?? range.to),
    buckets: buckets.map(({ start, quantity }) => ({ start: timestamp(start), quantity })),
  };
}
