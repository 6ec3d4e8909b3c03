import {
  encodeEvent,
  EVENTS,
  LICENSE_EVENTS,
  type LicenseState,
  TOPICS,
  type ValidationBatch,
} from '@leasehold/contracts';
import { type NewRecord, partitionOf } from '@leasehold/messaging';
import { T0 } from './licenses.js';

let lastId = 0;
const envelope = (subject: string) => {
  lastId += 1;
  const id = `01930000-0000-7000-8000-${String(lastId).padStart(12, '0')}`;
  return { id, source: '/test', subject, time: T0 };
};

export const partitionOfLicense = (id: string): number => partitionOf(id, TOPICS.licenses.partitions);

/** The fact by which metering hears of a license as it is now. */
export const licenseFact = (license: LicenseState): NewRecord => ({
  topic: TOPICS.licenses.name,
  partition: partitionOfLicense(license.id),
  key: license.id,
  ...encodeEvent(LICENSE_EVENTS.MetadataChanged, envelope(license.id), {
    change: { at: T0 },
    license,
    actor: { type: 'system', id: 'test' },
  }),
});

export const validationRecord = (batch: ValidationBatch): NewRecord => ({
  topic: TOPICS.validations.name,
  partition: batch.partition,
  key: batch.instance,
  ...encodeEvent(EVENTS.validationBatch, envelope(batch.instance), batch),
});

export interface Call {
  readonly license: string;
  readonly at: number;
  readonly code?: string;
}

/** Calls as a validator's boot numbers them; all of one partition. */
export const batchOf = (boot: string, first: number, calls: readonly Call[]): ValidationBatch => ({
  instance: `instance of ${boot}`,
  boot,
  partition: partitionOfLicense(calls[0]?.license ?? ''),
  first,
  items: calls.map(({ license, at, code = 'valid' }) => ({ license, at, code })),
});

/** So many granted calls of one license. */
export const calls = (license: string, count: number, at = T0): Call[] =>
  Array.from({ length: count }, () => ({ license, at }));
