import type { NewRecord, Publisher, StoredEvent } from '../src/index.js';

/** A fact and a state record per event, as issuance writes them. */
export function toRecords(event: StoredEvent): readonly NewRecord[] {
  const record = (topic: string): NewRecord => ({
    topic,
    partition: 0,
    key: event.streamId,
    headers: { ce_id: event.id, ce_sequence: String(event.version) },
    value: Buffer.from(JSON.stringify(event.data)),
  });
  return [record('facts'), record('state')];
}

export interface RelayLog extends Publisher {
  /** `stream@version` of every published fact, repetitions included. */
  facts(): readonly string[];
  readonly records: readonly NewRecord[];
  /** What the next publications do before they store; one entry each, then they simply store. */
  readonly before: (() => Promise<void>)[];
}

/** A log in memory whose publications can be made to fail or to wait. */
export function createRelayLog(): RelayLog {
  const records: NewRecord[] = [];
  const before: (() => Promise<void>)[] = [];
  return {
    records,
    before,
    facts: () =>
      records.filter(({ topic }) => topic === 'facts').map(({ key, headers }) => `${key}@${headers['ce_sequence']}`),
    async publish(batch) {
      await before.shift()?.();
      records.push(...batch);
    },
  };
}

/** Resolves when the condition holds; the test's own time limit ends a wait in vain. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
