import type { LogRecord, RecordBatch } from '../event-log.js';
import type { PartitionId } from './log-store.js';

/** A batch of records that were read together; there is at least one. */
export const toBatch = (
  { topic, partition }: PartitionId,
  records: readonly LogRecord[],
  life: Pick<RecordBatch, 'heartbeat' | 'isStale'>,
): RecordBatch => {
  const first = records[0];
  const last = records.at(-1);
  if (first === undefined || last === undefined) throw new Error('A batch holds at least one record.');
  return { topic, partition, records, firstOffset: first.offset, lastOffset: last.offset, ...life };
};
