import { describe, expect, it } from '@jest/globals';
import { Controller, Module, type Type } from '@nestjs/common';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { waitFor } from '@leasehold/testing';
import { concat, of, throwError } from 'rxjs';
import { consumerDatabase, GROUP, TOPIC, type TopicName } from '../../test/consumer-database.js';
import { listening, type OnBatch, transportOf, writeEffects } from '../../test/consuming-service.js';
import { runningServices } from '../../test/running-services.js';
import type { ConsumerHooks } from '../consumer/consume.js';
import { deadLetterTopic } from '../consumer/dead-letter-feed.js';
import { listParked } from '../consumer/parked-records.js';
import type { LogRecord } from '../event-log.js';
import { FatalConsumerError } from '../fatal-consumer-error.js';
import { LEASEHOLD_TRANSPORT } from './leasehold-transport.js';

describe('the transport strategy', () => {
  const database = consumerDatabase();
  const running = runningServices(database);
  const { serve, publish, effectsAre } = running;

  describe('starting', () => {
    const refuses = async (module: Type, sentence: RegExp) =>
      expect(listening(module, transportOf({ log: running.log, pool: database.pool }))).rejects.toThrow(sentence);

    it('refuses two handlers of one topic in a service', async () => {
      @Controller()
      class Handlers {
        @EventPattern<TopicName>(TOPIC.name, LEASEHOLD_TRANSPORT)
        one(): void {}
        @EventPattern<TopicName>(TOPIC.name, LEASEHOLD_TRANSPORT)
        two(): void {}
      }
      @Module({ controllers: [Handlers] })
      class TwoHandlers {}
      await refuses(TwoHandlers, /two handlers of facts\.v1/);
    });

    it('refuses a handler of a topic that the catalog does not have', async () => {
      @Controller()
      class Handlers {
        @EventPattern<'typo.v1'>('typo.v1', LEASEHOLD_TRANSPORT)
        one(): void {}
      }
      @Module({ controllers: [Handlers] })
      class UnknownTopic {}
      await refuses(UnknownTopic, /typo\.v1/);
    });

    it('refuses a handler that wants to answer', async () => {
      @Controller()
      class Handlers {
        @MessagePattern(TOPIC.name, LEASEHOLD_TRANSPORT)
        one(): void {}
      }
      @Module({ controllers: [Handlers] })
      class Answering {}
      await refuses(Answering, /@EventPattern/);
    });

    it('starts without a handler', async () => {
      @Module({})
      class Nothing {}
      await (await listening(Nothing, transportOf({ log: running.log, pool: database.pool }))).close();
    });

    it('makes the topics it reads and their dead-letter topics', async () => {
      await serve(writeEffects);
      expect(await running.log.lag(GROUP, [deadLetterTopic(TOPIC, GROUP)])).toHaveLength(TOPIC.partitions);
    });
  });

  describe('handling', () => {
    it('gives a handler the events of one partition and a transaction whose effects count once', async () => {
      await publish('a:1', 'b:1');
      const sizes: number[] = [];
      await serve(async (batch, context) => {
        sizes.push(batch.events.length);
        expect(batch).toMatchObject({ topic: TOPIC.name, partition: 0 });
        expect(context.group).toBe(GROUP);
        expect(context.isStale()).toBe(false);
        await context.heartbeat();
        await writeEffects(batch, context);
      });
      await effectsAre(['a:1', 'b:1']);
      await publish('a:2');
      await effectsAre(['a:1', 'b:1', 'a:2']);
      expect(sizes).toEqual([2, 1]);
    });

    it('goes on from the stored offset after a restart', async () => {
      const first = await serve(writeEffects);
      await publish('a:1');
      await effectsAre(['a:1']);
      await first.close();
      await publish('a:2');
      await serve(writeEffects);
      await effectsAre(['a:1', 'a:2']);
    });

    it('sees the original error of a handler, so that a lost database is not taken for a bad record', async () => {
      const errors: unknown[] = [];
      let failures = 6;
      await serve(
        async (batch, context) => {
          await writeEffects(batch, context);
          if (failures-- > 0) throw Object.assign(new Error('shutting down'), { code: '57P01' });
        },
        { retried: ({ error }) => errors.push(error) },
      );
      await publish('a:1');
      await effectsAre(['a:1']);
      expect(errors[0]).toMatchObject({ code: '57P01' });
      expect(await listParked(database.pool, { group: GROUP })).toEqual([]);
    });

    it('waits for a handler that answers with a stream, and sees the stream fail', async () => {
      let calls = 0;
      @Controller()
      class Handlers {
        @EventPattern<TopicName>(TOPIC.name, LEASEHOLD_TRANSPORT)
        stream() {
          calls += 1;
          return calls === 1
            ? concat(
                of(1),
                throwError(() => new Error('late')),
              )
            : of();
        }
      }
      @Module({ controllers: [Handlers] })
      class Streaming {}
      const retries: number[] = [];
      const hooks: ConsumerHooks = { retried: ({ attempt }) => retries.push(attempt) };
      const app = await listening(Streaming, transportOf({ log: running.log, pool: database.pool, hooks }));
      running.closeLater(() => app.close());
      await publish('a:1');
      await waitFor(async () => (await database.nextOffset()) === 1);
      expect([calls, retries]).toEqual([2, [1]]);
    });

    it('reports what it did: handled, retried, parked, lag', async () => {
      const told = new Set<string>();
      await serve(
        async (batch, context) => {
          if (batch.events.includes('b:poison')) throw new Error('poison');
          await writeEffects(batch, context);
        },
        {
          handled: ({ records }) => told.add(`handled ${records}`),
          retried: ({ attempt }) => told.add(`retried ${attempt}`),
          parked: ({ record }) => told.add(`parked ${record.key}`),
          lag: ({ group, partition, lag }) => told.add(`lag ${group}/${partition} ${lag}`),
        },
      );
      await publish('a:1', 'b:poison');
      await waitFor(() => told.has('lag counting/0 0') && told.has('parked b'));
      expect([...told]).toEqual(expect.arrayContaining(['handled 1', 'retried 1', 'retried 2', 'retried 3']));
    });

    it('ends for good, and says so once, when a handler cannot go on', async () => {
      const service = await serve(() => Promise.reject(new FatalConsumerError('broken')));
      await publish('a:1');
      await waitFor(() => service.fatal.length > 0);
      expect(service.fatal.map(({ message }) => message)).toEqual(['broken']);
      expect(await database.nextOffset()).toBe(0);
    });

    it('drains on close: the batch under way counts', async () => {
      let finish = (): void => undefined;
      const mayEnd = new Promise<void>((resolve) => (finish = resolve));
      let started = false;
      const service = await serve(async (batch, context) => {
        started = true;
        await mayEnd;
        await writeEffects(batch, context);
      });
      await publish('a:1');
      await waitFor(() => started);
      const closed = service.close();
      finish();
      await closed;
      expect(await database.effects()).toEqual(['a:1']);
      expect(await database.nextOffset()).toBe(1);
    });
  });

  describe('poison', () => {
    const refusing: OnBatch = async (batch, context) => {
      if (batch.events.some((label) => label.includes('poison'))) throw new TypeError('poison');
      await writeEffects(batch, context);
    };
    const letters = async (): Promise<LogRecord[]> => {
      const seen: LogRecord[] = [];
      const follower = await running.log.follow([deadLetterTopic(TOPIC, GROUP)], 'start', (batch) => {
        seen.push(...batch.records);
        return Promise.resolve();
      });
      await follower.caughtUp;
      await follower.close();
      return seen;
    };

    it('reaches the dead-letter topic, its key waits, and the next record is handled', async () => {
      await serve(refusing);
      await publish('a:1', 'b:poison', 'b:2', 'a:2');
      await effectsAre(['a:1', 'a:2']);
      await publish('b:3', 'c:1');
      await effectsAre(['a:1', 'a:2', 'c:1']);
      await waitFor(async () => (await letters()).length === 1);
      const [letter] = await letters();
      expect(Buffer.from(letter?.value ?? []).toString()).toBe('b:poison');
      expect(letter?.headers).toMatchObject({ 'x-original-offset': '1', 'x-parked-detail': 'TypeError: poison' });
      const states = (await listParked(database.pool, { group: GROUP })).map(({ record, state }) => [
        record.offset,
        state,
      ]);
      expect(states).toEqual([
        [1, 'failed'],
        [2, 'waiting'],
        [4, 'waiting'],
      ]);
    });

    it('is handled by a replay through the same handler once that can', async () => {
      let healed = false;
      const service = await serve((batch, context) =>
        healed ? writeEffects(batch, context) : refusing(batch, context),
      );
      await publish('b:poison', 'b:2');
      await waitFor(async () => (await database.nextOffset()) === 2);
      healed = true;
      expect(await service.transport.replay(TOPIC.name, 0, 'b')).toEqual({ handled: 2, stoppedAt: undefined });
      await publish('b:3');
      await effectsAre(['b:poison', 'b:2', 'b:3']);
    });
  });

  describe('a lost tail', () => {
    it('is an alarm, and the group goes on from the end of the log', async () => {
      await publish('a:1');
      await database.pool.query('INSERT INTO consumer_offset VALUES ($1, $2, 0, 9)', [GROUP, TOPIC.name]);
      const alarms: unknown[] = [];
      await serve(writeEffects, { lostTail: (alarm) => alarms.push(alarm) });
      await waitFor(() => alarms.length > 0);
      expect(alarms).toEqual([{ group: GROUP, topic: TOPIC.name, partition: 0, nextOffset: 9, endOffset: 1 }]);
      await publish('a:2');
      await effectsAre(['a:2']);
    });
  });
});
