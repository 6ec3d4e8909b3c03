import { writeOutbox } from '@leasehold/messaging';
import type { ClientBase } from 'pg';
import type { CountedPeriod } from '../counting/add-usage.js';
import { timestamp } from '../database/row-text.js';
import { limitOf } from '../licenses/license-context.js';
import type { LicenseContexts } from '../licenses/read-contexts.js';
import { factsOfPeriod } from './facts-of-period.js';
import type { Teller } from './teller.js';
import { factRecord } from './usage-records.js';

const MARK = `
  UPDATE usage_period AS p
  SET threshold = greatest(p.threshold, r.threshold), exceeded = p.exceeded OR r.exceeded
  FROM json_to_recordset($1::json)
    AS r (license_id text, meter text, starts_at timestamptz, threshold smallint, exceeded boolean)
  WHERE p.license_id = r.license_id AND p.meter = r.meter AND p.starts_at = r.starts_at`;

/** Leaves thresholds and first refusals in the outbox, once for each period. The periods' rows must be locked. */
export async function tellFacts(
  transaction: ClientBase,
  periods: readonly CountedPeriod[],
  contexts: LicenseContexts,
  teller: Teller,
): Promise<void> {
  const found = periods.flatMap((period) => {
    const context = contexts.get(period.licenseId);
    const limit = context === undefined ? undefined : limitOf(context, period.meter);
    if (context === undefined || limit === undefined) return [];
    const facts = factsOfPeriod(period, limit);
    return facts.length === 0 ? [] : [{ context, period, limit, facts }];
  });
  if (found.length === 0) return;
  const marks = found.map(({ period, facts }) => ({
    license_id: period.licenseId,
    meter: period.meter,
    starts_at: timestamp(period.start),
    threshold: Math.max(0, ...facts.map((fact) => (fact.kind === 'threshold' ? fact.threshold : 0))),
    exceeded: facts.some((fact) => fact.kind === 'exceeded'),
  }));
  await transaction.query({ name: 'mark-told', text: MARK, values: [JSON.stringify(marks)] });
  await writeOutbox(
    transaction,
    found.flatMap(({ facts, ...told }) => facts.map((fact) => factRecord({ ...told, fact }, teller))),
  );
}
