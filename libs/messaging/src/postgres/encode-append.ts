import { type PartitionId, partitionKey } from '../engine/log-store.js';
import type { NewRecord } from '../event-log.js';

export interface EncodedAppend {
  readonly partitions: readonly (PartitionId & { readonly count: number })[];
  /** The parameters of `event_log.append`, in order. */
  readonly parameters: readonly unknown[];
}

const intArray = (numbers: readonly number[]): string => `{${numbers.join(',')}}`;

/** Packs records into flat arrays and one body of bytes: one statement, and no value is turned into text. */
export const encodeAppend = (records: readonly NewRecord[]): EncodedAppend => {
  const slotOf = new Map<string, number>();
  const partitions: { topic: string; partition: number; count: number }[] = [];
  const slots: number[] = [];
  const places: number[] = [];
  const starts: number[] = [];
  const sizes: number[] = [];
  const values: Uint8Array[] = [];
  let end = 0;
  for (const record of records) {
    const key = partitionKey(record);
    let slot = slotOf.get(key);
    if (slot === undefined) {
      slot = partitions.push({ topic: record.topic, partition: record.partition, count: 0 });
      slotOf.set(key, slot);
    }
    const partition = partitions[slot - 1];
    slots.push(slot);
    places.push(partition === undefined ? 0 : partition.count++);
    starts.push(end);
    sizes.push(record.value?.byteLength ?? -1);
    if (record.value !== null) {
      values.push(record.value);
      end += record.value.byteLength;
    }
  }
  return {
    partitions,
    parameters: [
      partitions.map(({ topic }) => topic),
      intArray(partitions.map(({ partition }) => partition)),
      intArray(partitions.map(({ count }) => count)),
      intArray(slots),
      intArray(places),
      records.map(({ key }) => key),
      records.map(({ headers }) => JSON.stringify(headers)),
      intArray(starts),
      intArray(sizes),
      Buffer.concat(values, end),
    ],
  };
};
