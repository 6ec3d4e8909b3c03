import { decodeEvent, EVENTS, isEvent, TOPICS, type ValidationBatch, type ValidationItem } from '@leasehold/contracts';
import type { EventLog, NewRecord } from '@leasehold/messaging';

export const batchOf = (record: Pick<NewRecord, 'key' | 'headers' | 'value'>): ValidationBatch => {
  const decoded = decodeEvent(record);
  if ('unreadable' in decoded) throw new Error(decoded.unreadable);
  if (!isEvent(decoded.event, EVENTS.validationBatch) || decoded.event.data === undefined) throw new Error('no batch');
  return decoded.event.data;
};

/** What metering would have counted: each number of each boot and partition once. Throws where one is missing. */
export function countOnce(batches: readonly ValidationBatch[]): ValidationItem[] {
  const reached = new Map<string, number>();
  const items: ValidationItem[] = [];
  for (const batch of batches) {
    const lane = `${batch.boot}/${batch.partition}`;
    const acked = reached.get(lane) ?? 0;
    if (batch.first > acked + 1) throw new Error(`${lane} has a hole before ${batch.first}`);
    items.push(...batch.items.slice(acked + 1 - batch.first));
    reached.set(lane, Math.max(acked, batch.first + batch.items.length - 1));
  }
  return items;
}

/** Everything that the log was told about validations. */
export class ToldValidations {
  readonly batches: ValidationBatch[] = [];

  static async of(log: EventLog): Promise<ToldValidations> {
    const told = new ToldValidations();
    await log.follow([TOPICS.validations], 'start', ({ records }) => {
      told.batches.push(...records.map(batchOf));
      return Promise.resolve();
    });
    return told;
  }

  items(): ValidationItem[] {
    return countOnce(this.batches);
  }
}
