import { Module } from '@nestjs/common';
import type { INestMicroservice, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type pg from 'pg';
import {
  type BatchContext,
  type ConsumerHooks,
  type EventBatch,
  EventConsumer,
  type EventLog,
  LEASEHOLD_TRANSPORT,
  LeaseholdTransport,
} from '../src/index.js';
import { decodeLabel, GROUP, TOPIC, type TopicName } from './consumer-database.js';

export type OnBatch = (batch: EventBatch<string>, context: BatchContext) => Promise<void>;

export interface ConsumingService {
  readonly transport: LeaseholdTransport<string>;
  readonly fatal: readonly Error[];
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly log: EventLog;
  readonly pool: pg.Pool;
  readonly onBatch: OnBatch;
  readonly hooks?: ConsumerHooks;
  readonly retryDelaysMs?: readonly number[];
}

/** A service of its own with one handler, as an app would have it. */
export const startService = async (options: ServiceOptions): Promise<ConsumingService> => {
  const { onBatch, ...rest } = options;

  @EventConsumer()
  class CountFacts {
    @EventPattern<TopicName>(TOPIC.name, LEASEHOLD_TRANSPORT)
    count(@Payload() batch: EventBatch<string>, @Ctx() context: BatchContext): Promise<void> {
      return onBatch(batch, context);
    }
  }
  @Module({ controllers: [CountFacts] })
  class ServiceModule {}

  const fatal: Error[] = [];
  const transport = transportOf({ ...rest, onFatal: (error) => fatal.push(error) });
  const app = await listening(ServiceModule, transport);
  return { transport, fatal, close: () => app.close() };
};

export const transportOf = (
  options: Omit<ServiceOptions, 'onBatch'> & { onFatal?: (error: Error) => void },
): LeaseholdTransport<string> =>
  new LeaseholdTransport<string>({
    group: GROUP,
    topicNamed: (name) => (name === TOPIC.name ? TOPIC : undefined),
    decode: decodeLabel,
    onFatal: () => undefined,
    onError: () => undefined,
    retryDelaysMs: [1, 1, 1],
    deadLetterEveryMs: 20,
    lagEveryMs: 20,
    ...options,
  });

/** Starts a module on the transport; rejects when the transport refuses to start. */
export const listening = async (module: Type, strategy: LeaseholdTransport<string>): Promise<INestMicroservice> => {
  const app = await NestFactory.createMicroservice(module, { strategy, logger: false, abortOnError: false });
  try {
    await app.listen();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
};

/** Writes an effect for each event, in the batch's transaction. */
export const writeEffects: OnBatch = async ({ events }, { transaction }) => {
  for (const label of events) await transaction.query('INSERT INTO effect (label) VALUES ($1)', [label]);
};
