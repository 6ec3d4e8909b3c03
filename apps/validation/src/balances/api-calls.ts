import type { UsageBalance } from '@leasehold/contracts';
import { type License, type MeterUsage, periodOf } from '@leasehold/licensing';

const METER = 'apiCalls';
/** Groups of own calls kept apart for one license; beyond it the oldest two become one, which counts them a bit longer. */
const MOST_GROUPS = 4_096;

const NO_USAGE: readonly MeterUsage[] = Object.freeze([]);

/** What a license has used in its period, as far as this validator knows. */
interface Count {
  start: number;
  end: number;
  /** The rule and anchor that `start` and `end` follow from; another one, or a new balance, asks for a new look. */
  rule: License['period'] | undefined;
  anchor: number;
  /** What metering has counted. */
  settled: number;
  /** Own calls that metering has not told it counted: numbers up to which each group goes, and how many it has. */
  ends: number[];
  sizes: number[];
  own: number;
  /** Given to the verdict, and overwritten by the next look. */
  readonly usage: readonly [{ -readonly [K in keyof MeterUsage]: MeterUsage[K] }];
}

/** Counts the calls of licenses that have a limit on them: the balance that metering tells, and own calls since. */
export interface ApiCalls {
  /** Use with one more call; empty without an enforced limit. To be read before the next call of this function. */
  withThisCall(license: License, now: number): readonly MeterUsage[];
  /**
   * Counts a granted call, which the usage ring gave this number.
   * @param group stays the same for calls that reach metering in one piece
   */
  granted(license: License, number: number, group: number): void;
  /** Takes what metering has counted: own calls that are among it are no longer added. */
  settle(balance: UsageBalance): void;
}

/** @param boot names this process among the validators that metering has heard of */
export function createApiCalls(boot: string): ApiCalls {
  const counts = new Map<string, Count>();

  const countOf = (license: License, now: number): Count => {
    let count = counts.get(license.id);
    if (count === undefined) counts.set(license.id, (count = emptyCount()));
    const { period: rule, startsAt: anchor } = license;
    const isCurrent = now >= count.start && now < count.end;
    if (isCurrent && count.rule === rule && count.anchor === anchor) return count;
    const period = periodOf(rule, anchor, now);
    count.rule = rule;
    count.anchor = anchor;
    if (period.start !== count.start) reset(count);
    count.start = period.start;
    count.end = period.end;
    return count;
  };

  return {
    withThisCall(license, now) {
      const limit = license.limits[METER];
      const enforcement = license.enforcement[METER];
      if (limit === undefined || enforcement === undefined) return NO_USAGE;
      const count = countOf(license, now);
      const [usage] = count.usage;
      usage.used = count.settled + count.own + 1;
      usage.limit = limit;
      usage.enforcement = enforcement;
      usage.resetsAt = count.end;
      return count.usage;
    },
    granted(license, number, group) {
      const count = counts.get(license.id);
      if (count === undefined) return;
      const last = count.ends.length - 1;
      // numbers of one group are told as one, so its last number stands for it
      if (last >= 0 && (count.ends[last] ?? 0) >= group) {
        count.ends[last] = number;
        count.sizes[last] = (count.sizes[last] ?? 0) + 1;
      } else {
        count.ends.push(number);
        count.sizes.push(1);
        if (count.ends.length > MOST_GROUPS) joinOldest(count);
      }
      count.own += 1;
    },
    settle(balance) {
      if (balance.meter !== METER) return;
      let count = counts.get(balance.license);
      if (count === undefined) counts.set(balance.license, (count = emptyCount()));
      if (balance.periodStart < count.start) return;
      if (balance.periodStart > count.start) {
        count.start = balance.periodStart;
        count.end = balance.periodEnd;
        count.rule = undefined;
      }
      count.settled = balance.used;
      drop(count, balance.acked[boot] ?? 0);
    },
  };
}

const emptyCount = (): Count => ({
  start: -Infinity,
  end: -Infinity,
  rule: undefined,
  anchor: 0,
  settled: 0,
  ends: [],
  sizes: [],
  own: 0,
  usage: [{ meter: METER, used: 0, limit: 0, enforcement: 'hard', resetsAt: 0 }],
});

const reset = (count: Count): void => {
  count.settled = 0;
  count.ends = [];
  count.sizes = [];
  count.own = 0;
};

const drop = (count: Count, acked: number): void => {
  let done = 0;
  while (done < count.ends.length && (count.ends[done] ?? 0) <= acked) {
    count.own -= count.sizes[done] ?? 0;
    done += 1;
  }
  if (done === 0) return;
  count.ends.splice(0, done);
  count.sizes.splice(0, done);
};

const joinOldest = (count: Count): void => {
  const [oldest = 0] = count.sizes.splice(0, 1);
  count.ends.splice(0, 1);
  count.sizes[0] = (count.sizes[0] ?? 0) + oldest;
};
