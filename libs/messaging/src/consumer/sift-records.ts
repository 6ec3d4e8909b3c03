import type { LogRecord } from '../event-log.js';
import type { Decode, Decoded, FailedRecord } from './consume.js';
import { sentenceOf } from './sentence-of.js';

export interface Sifted<E> {
  readonly readable: readonly { readonly record: LogRecord; readonly event: E }[];
  readonly failed: readonly FailedRecord[];
  readonly waiting: readonly LogRecord[];
}

/** A decoder that throws could not read the record either: trying again would block the partition for ever. */
const read = <E>(decode: Decode<E>, record: LogRecord): Decoded<E> => {
  try {
    return decode(record);
  } catch (error) {
    return { unreadable: sentenceOf(error) };
  }
};

/** Decodes; what comes behind an unreadable record of its key, or behind a key that is parked already, waits. */
export const siftRecords = <E>(
  records: readonly LogRecord[],
  decode: Decode<E>,
  parkedKeys: ReadonlySet<string>,
): Sifted<E> => {
  const readable: { record: LogRecord; event: E }[] = [];
  const failed: FailedRecord[] = [];
  const waiting: LogRecord[] = [];
  const blocked = new Set(parkedKeys);
  for (const record of records) {
    if (blocked.has(record.key)) {
      waiting.push(record);
      continue;
    }
    const decoded = read(decode, record);
    if ('ok' in decoded) {
      readable.push({ record, event: decoded.ok });
    } else {
      failed.push({ record, reason: 'unreadable', detail: decoded.unreadable });
      blocked.add(record.key);
    }
  }
  return { readable, failed, waiting };
};
