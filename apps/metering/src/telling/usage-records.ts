import { createHash } from 'node:crypto';
import {
  encodeEvent,
  type EventDefinition,
  type EventEnvelope,
  EVENTS,
  type UsageBalance,
  type UsageExceeded,
} from '@leasehold/contracts';
import type { NewRecord } from '@leasehold/messaging';
import { newEventId } from '@leasehold/runtime';
import type { CountedPeriod } from '../counting/add-usage.js';
import type { LicenseContext } from '../licenses/license-context.js';
import { partitionOfLicense } from '../licenses/hold-licenses.js';
import type { UsageFact } from './facts-of-period.js';
import type { Teller } from './teller.js';

const SOURCE = '/leasehold/metering';

interface Told {
  readonly context: LicenseContext;
  readonly period: CountedPeriod;
  readonly fact: UsageFact;
  readonly limit: number;
}

/** The same fact of the same period has the same id, whoever finds it and however often. */
export function factRecord({ context, period, fact, limit }: Told, { clock }: Pick<Teller, 'clock'>): NewRecord {
  const { licenseId, tenantId, productId } = context;
  const { meter, start, end, used } = period;
  const data: UsageExceeded = {
    license: licenseId,
    tenant: tenantId,
    product: productId,
    meter,
    used,
    limit,
    periodStart: start,
    resetsAt: end,
  };
  const what = fact.kind === 'threshold' ? String(fact.threshold) : 'exceeded';
  const digest = createHash('sha256').update([licenseId, meter, start, what].join('\n')).digest();
  const envelope = {
    id: newEventId({ now: () => start }, (size) => digest.subarray(0, size)),
    source: SOURCE,
    subject: licenseId,
    tenant: tenantId,
    time: clock.now(),
  };
  const encoded =
    fact.kind === 'threshold'
      ? encodeEvent(EVENTS.usageThresholdReached, envelope, { ...data, threshold: fact.threshold })
      : encodeEvent(EVENTS.usageExceeded, envelope, data);
  return recordOf(EVENTS.usageExceeded, licenseId, licenseId, encoded);
}

/** A balance is state: the newest of its key is what holds. */
export function balanceRecord(balance: UsageBalance, { clock, random }: Teller): NewRecord {
  const { license, meter, tenant } = balance;
  const envelope: Omit<EventEnvelope, 'type'> = {
    id: newEventId(clock, random),
    source: SOURCE,
    subject: license,
    tenant,
    time: clock.now(),
  };
  return recordOf(
    EVENTS.usageBalance,
    license,
    `${license}/${meter}`,
    encodeEvent(EVENTS.usageBalance, envelope, balance),
  );
}

const recordOf = (
  { topic }: EventDefinition,
  licenseId: string,
  key: string,
  encoded: Pick<NewRecord, 'headers' | 'value'>,
): NewRecord => ({ topic: topic.name, partition: partitionOfLicense(licenseId), key, ...encoded });
