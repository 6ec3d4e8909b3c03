import { createRelay, type NewRecord, type Publisher, type StoredEvent } from '@leasehold/event-store';
import { partitionOf } from '@leasehold/messaging';
import { compare, type Comparison } from '../compare.js';
import type { Effort, Figure } from '../figure.js';
import { median, percentile, shortNumber, spreadOf, spreadText } from '../statistics.js';
import { FACTS, METADATA, appendAtOnce, newEvent, openStoreStage, type StoreStage } from './store-stage.js';

const PER_SECOND = 1_000;
const BAR_MS = 5;
const BAR_LOSS_PERCENT = 5;
const IN_FLIGHT = 256;

/** Milliseconds. */
interface Lags {
  /** From the command to its commit. */
  readonly commit: readonly number[];
  /** From the commit to the relay, that is to the moment the relay hands the event to the log. */
  readonly relay: readonly number[];
  /** From the commit to its being durable in the log. */
  readonly durable: readonly number[];
}

export const p7: Figure = {
  id: 'P7',
  what: `p99 from commit to relay at ${PER_SECOND.toLocaleString('en-US')} events a second; commit rate lost to the relay`,
  yardstick: 'time of an append; the rate without a relay',
  bar: `p99 ≤ ${BAR_MS} ms; ≤ ${BAR_LOSS_PERCENT} %`,
  async measure(effort) {
    const stage = await openStoreStage(effort);
    try {
      const watched = await watchRelay(stage);
      await watched.steady(effort.warmUpMs);
      const rounds: Lags[] = [];
      for (let round = 0; round < effort.rounds; round++) rounds.push(await watched.steady(effort.roundMs));
      await watched.pause();
      const loss = await lossOf(stage, watched, effort);
      watched.goElsewhere();
      const lossElsewhere = await lossOf(stage, watched, effort);
      await watched.close();
      const p99 = (lags: (round: Lags) => readonly number[]): readonly number[] =>
        rounds.map((round) => percentile(lags(round), 0.99));
      const relay = spreadOf(p99(({ relay: lags }) => lags));
      const lost = spreadOf(loss.rounds.map((ratio) => 100 * (1 - ratio)));
      const lostElsewhere = median(lossElsewhere.rounds.map((ratio) => 100 * (1 - ratio)));
      return {
        figure: `${spreadText(relay)} ms; ${spreadText(lost)} %`,
        detail:
          `beside an append's p99 of ${shortNumber(median(p99(({ commit }) => commit)))} ms; durable in the log after ` +
          `p99 ${shortNumber(median(p99(({ durable }) => durable)))} ms; lost of ${shortNumber(loss.yardstick.perSecond)}/s, ` +
          `all that PostgreSQL can do with ${IN_FLIGHT} in flight, when it also holds the log (${shortNumber(lostElsewhere)} % when ` +
          `the log is elsewhere); ${watched.count().toLocaleString('en-US')} events stored, all published once`,
        meetsBar: relay.median <= BAR_MS && lost.median <= BAR_LOSS_PERCENT,
      };
    } finally {
      await stage.close();
    }
  },
};

interface WatchedRelay {
  /** Events by the clock for a while; resolves when the last one is durable in the log. */
  steady(durationMs: number): Promise<Lags>;
  /** From now on the log costs nothing: what is left is the relay's own work. */
  goElsewhere(): void;
  pause(): Promise<void>;
  resume(): void;
  count(): number;
  close(): Promise<void>;
}

/** A relay as issuance runs it, to the embedded log, with a watch on the publisher. */
async function watchRelay({ pool, store, openLog }: StoreStage): Promise<WatchedRelay> {
  const log = await openLog();
  const handed = new Map<string, number>();
  const durable = new Map<string, number>();
  const note = (records: readonly NewRecord[], times: Map<string, number>): void => {
    const now = performance.now();
    if (isWatching) for (const { headers } of records) times.set(headers['ce_id'] ?? '', now);
  };
  let isWatching = false;
  let published = 0;
  let isElsewhere = false;
  const publisher: Publisher = {
    async publish(records) {
      note(records, handed);
      if (!isElsewhere) await log.publish(records);
      note(records, durable);
    },
  };
  let instance = 0;
  let relay = start();

  function start(): ReturnType<typeof createRelay> {
    return createRelay({
      ...{ pool, store, toRecords, log: publisher, instance: `bench-${instance++}` },
      hooks: {
        onPublished: (events) => {
          published += events;
        },
      },
    });
  }

  return {
    async steady(durationMs) {
      isWatching = true;
      const commits = new Map<string, number>();
      const commit: number[] = [];
      const total = Math.floor((PER_SECOND * durationMs) / 1_000);
      const started = performance.now();
      const appends: Promise<void>[] = [];
      while (appends.length < total) {
        while (appends.length < total && started + (appends.length * 1_000) / PER_SECOND <= performance.now()) {
          appends.push(appendOne(started + (appends.length * 1_000) / PER_SECOND));
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await Promise.all(appends);
      while ([...commits.keys()].some((id) => !durable.has(id))) await new Promise((resolve) => setTimeout(resolve, 5));
      const lagIn = (seen: ReadonlyMap<string, number>): readonly number[] =>
        [...commits].map(([id, at]) => Math.max(0, (seen.get(id) ?? Infinity) - at));
      const lags = { commit, relay: lagIn(handed), durable: lagIn(durable) };
      isWatching = false;
      handed.clear();
      durable.clear();
      return lags;

      async function appendOne(due: number): Promise<void> {
        const event = newEvent();
        const result = await store.append({
          ...{ streamId: event.id, expectedVersion: 0, tenantId: 'ten_1', metadata: METADATA, events: [event] },
        });
        if (!result.appended) throw new Error('nobody else writes to this stream');
        const now = performance.now();
        commits.set(event.id, now);
        commit.push(now - due);
      }
    },
    goElsewhere: () => {
      isElsewhere = true;
    },
    pause: () => relay.close(),
    resume: () => {
      relay = start();
    },
    count: () => published,
    async close() {
      await relay.close();
      const { rows } = await pool.query<{ count: string }>('select count(*) from events');
      if (Number(rows[0]?.count) !== published) throw new Error(`${published} of ${rows[0]?.count} events published`);
    },
  };
}

/** The commit rate with the relay at work, of that without. */
const lossOf = ({ store }: StoreStage, relay: WatchedRelay, effort: Effort): Promise<Comparison> =>
  compare(
    {
      run: (ms) => appendAtOnce(store, IN_FLIGHT, ms),
      before: () => relay.resume(),
      after: () => relay.pause(),
    },
    {
      run: (ms) => appendAtOnce(store, IN_FLIGHT, ms),
      // what piled up is not the next round's burden
      after: async () => {
        relay.resume();
        await relay.pause();
      },
    },
    effort,
  );

/** A fact and a state, as issuance writes them. */
function toRecords(event: StoredEvent): readonly NewRecord[] {
  const [topic] = FACTS;
  const value = Buffer.from(JSON.stringify(event.data));
  const record = {
    topic: topic.name,
    partition: partitionOf(event.streamId, topic.partitions),
    key: event.streamId,
    headers: { ce_id: event.id, ce_sequence: String(event.version), ce_time: event.occurredAt.toISOString() },
    value,
  };
  return [record, record];
}
