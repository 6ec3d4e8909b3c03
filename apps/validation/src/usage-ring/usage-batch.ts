import { EVENTS, toHeaders, TOPICS } from '@leasehold/contracts';
import type { NewRecord } from '@leasehold/messaging';
import type { NumberedItems } from './usage-ring.js';

const SOURCE = '/leasehold/validation';
const utf8 = new TextEncoder();

/** A record to be, in the form in which it waits: as JSON, so that it reads the same from memory and from a file. */
export interface UsageBatch {
  /** Event id, the same however often the batch is told. */
  readonly id: string;
  readonly time: number;
  readonly instance: string;
  readonly partition: number;
  /** Data of the event, as JSON. */
  readonly data: string;
  /** How many items. */
  readonly count: number;
}

/** Which process tells. */
export interface Teller {
  readonly instance: string;
  readonly boot: string;
}

/**
 * A batch of the contract's `validationBatch`, put together from items that are JSON already: encoding by the schema
 * would cost more than the validation.
 */
export function toBatch(numbered: NumberedItems, { instance, boot }: Teller, id: string, time: number): UsageBatch {
  const { partition, first, items } = numbered;
  const head = `{"instance":${JSON.stringify(instance)},"boot":"${boot}","partition":${partition},"first":${first}`;
  return { id, time, instance, partition, data: `${head},"items":[${items.join(',')}]}`, count: items.length };
}

export const toRecord = ({ id, time, instance, partition, data }: UsageBatch): NewRecord => ({
  topic: TOPICS.validations.name,
  partition,
  key: instance,
  headers: toHeaders({ id, source: SOURCE, type: EVENTS.validationBatch.type, subject: instance, time }),
  value: utf8.encode(data),
});

/** A batch as a line of a spill file. */
export const toLine = (batch: UsageBatch): string => `${JSON.stringify(batch)}\n`;

/** A line of a spill file; `undefined` for one that was cut off by the end of its process. */
export function fromLine(line: string): UsageBatch | undefined {
  try {
    const batch = JSON.parse(line) as UsageBatch;
    JSON.parse(batch.data);
    return batch;
  } catch {
    return undefined;
  }
}
