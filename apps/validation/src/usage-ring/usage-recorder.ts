import { TOPICS } from '@leasehold/contracts';
import { partitionOf } from '@leasehold/messaging';
import type { ApiCalls } from '../balances/api-calls.js';
import { type UsageItem, usageItemJson } from './usage-item.js';
import type { UsageRing } from './usage-ring.js';

const MOST_CLIENTS = 10_000;

/** Takes down what was validated. Never waits. */
export interface UsageRecorder {
  record(item: UsageItem): void;
}

export interface UsageRecorderOptions {
  readonly ring: UsageRing;
  readonly apiCalls: ApiCalls;
  /** Something is in the ring. */
  readonly notice: () => void;
  /** Counts a verdict. */
  readonly count: (code: UsageItem['code']) => void;
}

export function createUsageRecorder({ ring, apiCalls, notice, count }: UsageRecorderOptions): UsageRecorder {
  /** The second in which a client was last told to have sent garbage. */
  const lastGarbage = new Map<string, number>();

  const isToldAlready = (client: string, at: number): boolean => {
    const second = Math.floor(at / 1_000);
    if (lastGarbage.get(client) === second) return true;
    if (lastGarbage.size >= MOST_CLIENTS) lastGarbage.clear();
    lastGarbage.set(client, second);
    return false;
  };

  return {
    record(item) {
      const { entry, code, client, at } = item;
      count(code);
      // garbage is cheap to send: one word about it in a second is enough to see that somebody is probing
      if (code === 'malformed' && isToldAlready(client, at)) return;
      const partition = entry?.partition ?? partitionOf(client, TOPICS.validations.partitions);
      const group = ring.openFrom(partition);
      const number = ring.push(partition, usageItemJson(item));
      // a call that cannot be told to metering is not counted here either: it would never be settled
      if (code === 'valid' && entry !== undefined && number > 0) apiCalls.granted(entry.license, number, group);
      notice();
    },
  };
}
