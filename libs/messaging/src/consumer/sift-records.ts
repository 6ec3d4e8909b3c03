import type { LogRecord } from '../event-log.js';
import type { Decode, FailedRecord } from './consume.js';

export interface Sifted<E> {
  readonly readable: readonly { readonly record: LogRecord; readonly event: E }[];
  readonly failed: readonly FailedRecord[];
  readonly waiting: readonly LogRecord[];
}

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
    const decoded = decode(record);
    if ('ok' in decoded) {
      readable.push({ record, event: decoded.ok });
    } else {
      failed.push({ record, reason: 'unreadable', detail: decoded.unreadable });
      blocked.add(record.key);
    }
  }
  return { readable, failed, waiting };
};
