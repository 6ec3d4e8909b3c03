import { FatalConsumerError } from '../fatal-consumer-error.js';
import type { Decode, Deliver, FailedRecord, HandleEvents } from './consume.js';
import { isTransient } from './is-transient.js';
import { sentenceOf } from './sentence-of.js';
import { siftRecords } from './sift-records.js';

/** All readable events of the batch in one call of the handler. */
export const deliverTogether =
  <E>(decode: Decode<E>, handle: HandleEvents<E>): Deliver =>
  async (transaction, batch, records, parkedKeys) => {
    const { readable, failed, waiting } = siftRecords(records, decode, parkedKeys);
    const events = readable.map(({ event }) => event);
    if (events.length > 0) await handle(events, batch, transaction);
    return { handled: events.length, failed, waiting };
  };

/** Each event under a savepoint of its own: finds the bad ones of a batch that failed, and handles the others. */
export const deliverOneByOne =
  <E>(decode: Decode<E>, handle: HandleEvents<E>): Deliver =>
  async (transaction, batch, records, parkedKeys) => {
    const sifted = siftRecords(records, decode, parkedKeys);
    const failed: FailedRecord[] = [...sifted.failed];
    const waiting = [...sifted.waiting];
    const blocked = new Set<string>();
    let handled = 0;
    for (const { record, event } of sifted.readable) {
      if (blocked.has(record.key)) {
        waiting.push(record);
        continue;
      }
      await transaction.query('SAVEPOINT one_record');
      try {
        await handle([event], batch, transaction);
        await transaction.query('RELEASE SAVEPOINT one_record');
        handled += 1;
      } catch (error) {
        if (error instanceof FatalConsumerError || isTransient(error)) throw error;
        await transaction.query('ROLLBACK TO SAVEPOINT one_record');
        failed.push({ record, reason: 'handler', detail: sentenceOf(error) });
        blocked.add(record.key);
      }
      await batch.heartbeat();
    }
    return { handled, failed, waiting };
  };
