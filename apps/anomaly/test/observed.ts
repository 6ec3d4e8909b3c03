import { encodeEvent, EVENTS, TOPICS, type ValidationBatch, type ValidationItem } from '@leasehold/contracts';
import { type NewRecord, partitionOf, type RecordBatch } from '@leasehold/messaging';
import { randomUUID } from 'node:crypto';

/** A license and whose it is. */
export interface TestLicense {
  readonly license: string;
  readonly tenant: string;
  readonly product: string;
}

/** `letter` is one of the alphabet of ids. */
export const testLicense = (letter: string, tenant = `ten_${'a'.repeat(26)}`): TestLicense => ({
  license: `lic_${letter.repeat(28)}`,
  tenant,
  product: `prod_${'a'.repeat(26)}`,
});

export const partitionOfLicense = ({ license }: TestLicense): number =>
  partitionOf(license, TOPICS.validations.partitions);

/** A validation of the license from a domain it is not bound to. */
export const mismatch = (license: TestLicense, domain: string, at: number): ValidationItem => ({
  ...license,
  code: 'domain_mismatch',
  domain,
  boundDomain: 'legitimate.example',
  environment: 'production',
  at,
});

/** So many granted validations at once. */
export const granted = (license: TestLicense, count: number, at: number): ValidationItem[] =>
  Array.from({ length: count }, () => ({ ...license, code: 'valid', domain: 'legitimate.example', at }));

/** What a validator's boot sends about a partition, numbered from `first` on. */
export const numbered = (
  partition: number,
  first: number,
  items: readonly ValidationItem[],
  boot = 'boot-1',
): ValidationBatch => ({ instance: 'validator-1', boot, partition, first, items: [...items] });

export const validationRecord = (batch: ValidationBatch): NewRecord => ({
  topic: TOPICS.validations.name,
  partition: batch.partition,
  key: batch.instance,
  ...encodeEvent(
    EVENTS.validationBatch,
    { id: randomUUID(), source: '/leasehold/validation', subject: batch.instance, time: batch.items[0]?.at ?? 0 },
    batch,
  ),
});

/** The batches as the log gives them to a consumer, one record each. */
export const recordBatch = (batches: readonly ValidationBatch[], firstOffset = 0): RecordBatch => ({
  topic: TOPICS.validations.name,
  partition: batches[0]?.partition ?? 0,
  records: batches.map((batch, index) => ({ ...validationRecord(batch), offset: firstOffset + index, timestamp: 0 })),
  firstOffset,
  lastOffset: firstOffset + batches.length - 1,
  heartbeat: () => Promise.resolve(),
  isStale: () => false,
});
