import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { Pool, PoolClient } from 'pg';
import { lastValueFrom } from 'rxjs';
import type { ConsumerHooks, Decode, HandleEvents, Trace } from '../consumer/consume.js';
import { createConsumer, RETRY_DELAYS_MS } from '../consumer/create-consumer.js';
import { type DeadLetterFeed, deadLetterTopic, startDeadLetterFeed } from '../consumer/dead-letter-feed.js';
import { replayParked, type ReplayResult } from '../consumer/parked-records.js';
import { startOffset } from '../consumer/start-offset.js';
import { pause } from '../engine/pause.js';
import type { EventLog, Subscription, Topic } from '../event-log.js';

/** Second argument of `@EventPattern`: the handler belongs to this transport and to no other of the application. */
export const LEASEHOLD_TRANSPORT = Symbol('LEASEHOLD_TRANSPORT');

/** Events of one partition, in order; what a handler gets as its payload. */
export interface EventBatch<E> {
  readonly topic: string;
  readonly partition: number;
  readonly events: readonly E[];
}

/** What a handler gets as its context. */
export interface BatchContext {
  readonly group: string;
  /** The transaction that also moves the group's offset: what is written through it counts exactly once. */
  readonly transaction: PoolClient;
  readonly heartbeat: () => Promise<void>;
  readonly isStale: () => boolean;
}

export interface LeaseholdTransportOptions<E> {
  readonly log: EventLog;
  /** Name of the service: its instances share the partitions. */
  readonly group: string;
  /** The catalog of topics. */
  readonly topicNamed: (name: string) => Topic | undefined;
  /** The service's own database, with the tables of `consumerMigrationSql`. */
  readonly pool: Pool;
  readonly decode: Decode<E>;
  /** Called when consuming has ended for good: the process should end with a non-zero code. */
  readonly onFatal: (error: Error) => void;
  /** What went wrong beside the batches, such as feeding the dead-letter topic, and is tried again. */
  readonly onError: (error: unknown) => void;
  readonly hooks?: ConsumerHooks;
  readonly trace?: Trace;
  readonly retryDelaysMs?: readonly number[];
  readonly deadLetterEveryMs?: number;
  readonly lagEveryMs?: number;
}

const DEFAULTS = { hooks: {}, retryDelaysMs: RETRY_DELAYS_MS, deadLetterEveryMs: 5_000, lagEveryMs: 5_000 };
const untraced: Trace = (_batch, run) => run();

/** Consumes an `EventLog` with Nest's event handlers: one handler a topic, a whole batch of one partition a call. */
export class LeaseholdTransport<E> extends Server implements CustomTransportStrategy {
  override readonly transportId = LEASEHOLD_TRANSPORT;
  /** The consumer chain reports failures; Nest would log each a second time. */
  override readonly propagatesEventHandlerErrors = true;

  private readonly options: LeaseholdTransportOptions<E> & typeof DEFAULTS;
  private readonly stopping = new AbortController();
  private subscription: Subscription | undefined;
  private feed: DeadLetterFeed | undefined;
  private samplingLag: Promise<void> | undefined;

  constructor(options: LeaseholdTransportOptions<E>) {
    super();
    this.options = { ...DEFAULTS, ...options };
  }

  listen(callback: (error?: unknown) => void): void {
    this.start().then(() => callback(), callback);
  }

  /** Takes no new batch, gives up waiting for retries, and waits for the handlers under way. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.subscription?.close();
    await this.feed?.close();
    await this.samplingLag;
  }

  on(): never {
    throw new Error('This transport has no events of its own; see ConsumerHooks.');
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- Nest's base class declares it so
  unwrap<T>(): T {
    return this.options.log as T;
  }

  /** Handles the parked records of a key again, with the service's handler. */
  replay(topic: string, partition: number, key: string): Promise<ReplayResult> {
    const { pool, decode, group } = this.options;
    const life = { heartbeat: () => Promise.resolve(), isStale: () => false };
    return replayParked(
      {
        pool,
        decode,
        handle: (event, _record, transaction) =>
          this.invoke({ topic, partition, events: [event] }, { group, transaction, ...life }),
      },
      { group, topic, partition, key },
    );
  }

  private async start(): Promise<void> {
    const { log, group, pool, hooks, onFatal, onError } = this.options;
    const topics = [...this.messageHandlers].map(([pattern, handler]) => this.topicOf(pattern, handler));
    if (topics.length === 0) return;
    await log.createTopics([...topics, ...topics.map((topic) => deadLetterTopic(topic, group))]);
    const feed = startDeadLetterFeed({ pool, log, group, everyMs: this.options.deadLetterEveryMs, onError });
    this.feed = feed;
    const consume = this.consumer();
    const named = new Map(topics.map((topic) => [topic.name, topic]));
    this.subscription = await log.subscribe(
      {
        group,
        topics,
        onFatal,
        startOffset: (name, partition) => {
          const topic = named.get(name);
          if (topic === undefined) throw new Error(`The log gave a partition of ${name}, which nobody asked for.`);
          return startOffset({ pool, log, group, hooks }, topic, partition);
        },
      },
      async (batch) => {
        const { failed } = await consume(batch);
        if (failed.length > 0) feed.kick();
      },
    );
    if (hooks.lag !== undefined) this.samplingLag = this.sampleLag(topics);
  }

  private consumer() {
    const { group, pool, decode, hooks, trace = untraced, retryDelaysMs } = this.options;
    const handle: HandleEvents<E> = (events, { topic, partition, heartbeat, isStale }, transaction) =>
      this.invoke({ topic, partition, events }, { group, transaction, heartbeat, isStale });
    return createConsumer({
      group,
      pool,
      decode,
      handle,
      hooks,
      trace,
      retryDelaysMs,
      stopping: this.stopping.signal,
      monotonic: () => performance.now(),
    });
  }

  private topicOf(pattern: string, handler: MessageHandler): Topic {
    const topic = this.options.topicNamed(pattern);
    if (topic === undefined) throw new Error(`A handler is for ${pattern}, which is not a topic of the catalog.`);
    if (handler.isEventHandler !== true) throw new Error(`The handler of ${pattern} has to be an @EventPattern.`);
    if (handler.next !== undefined) throw new Error(`There are two handlers of ${pattern}; a topic has one.`);
    return topic;
  }

  /** A handler that throws resolves to a stream that fails: only who reads the stream sees the error. */
  private async invoke(batch: EventBatch<E>, context: BatchContext): Promise<void> {
    const handler = this.messageHandlers.get(batch.topic);
    if (handler === undefined) throw new Error(`There is no handler of ${batch.topic}.`);
    await lastValueFrom(this.transformToObservable(handler(batch, context)), { defaultValue: undefined });
  }

  private async sampleLag(topics: readonly Topic[]): Promise<void> {
    const { log, group, hooks, lagEveryMs, onError } = this.options;
    while (!this.stopping.signal.aborted) {
      const lags = await log.lag(group, topics).catch((error: unknown) => {
        onError(error);
        return [];
      });
      for (const lag of lags) hooks.lag?.({ group, ...lag });
      await pause(lagEveryMs, this.stopping.signal);
    }
  }
}
