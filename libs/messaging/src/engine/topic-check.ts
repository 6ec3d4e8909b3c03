import type { NewRecord, Topic } from '../event-log.js';

export interface TopicCheck {
  learn(topics: readonly Topic[]): void;
  knows(records: readonly NewRecord[]): boolean;
  /** @throws for the first record that no driver could store */
  refuseUnfit(records: readonly NewRecord[]): void;
}

/** Finds what cannot be stored before it shares an append with the records of others. */
export const createTopicCheck = (): TopicCheck => {
  const partitionsOf = new Map<string, number>();
  return {
    learn: (topics) => {
      for (const { name, partitions } of topics) partitionsOf.set(name, partitions);
    },
    knows: (records) => records.every(({ topic }) => partitionsOf.has(topic)),
    refuseUnfit: (records) => {
      for (const { topic, partition, key } of records) {
        const partitions = partitionsOf.get(topic);
        if (partitions === undefined) throw new Error(`There is no topic ${topic}.`);
        if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) {
          throw new Error(`Topic ${topic} has ${partitions} partitions, but not partition ${partition}.`);
        }
        if (key.includes('\0')) throw new Error(`A key of topic ${topic} holds a NUL character.`);
      }
    },
  };
};
