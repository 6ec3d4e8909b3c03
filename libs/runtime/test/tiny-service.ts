import { Controller, Inject, Module } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type IncomingEvent, TOPICS, route, type RouteInput } from '@leasehold/contracts';
import {
  type BatchContext,
  type EventBatch,
  EventConsumer,
  LEASEHOLD_TRANSPORT,
  consumerMigrationSql,
} from '@leasehold/messaging';
import { Gauge } from 'prom-client';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { Input } from '../src/http/input-decorators.js';
import { Route } from '../src/http/route-decorator.js';
import { defineConfig } from '../src/config/config-schema.js';
import { setting } from '../src/config/setting.js';
import { defineService } from '../src/service/define-service.js';
import type { Database } from '../src/service/service-definition.js';
import { DATABASE } from '../src/service/service-tokens.js';

/** Holds requests back until a test lets them go. */
export class Gate {
  readonly #released = Promise.withResolvers<undefined>();
  waiting = 0;

  async pass(): Promise<void> {
    this.waiting += 1;
    await this.#released.promise;
  }

  release(): void {
    this.#released.resolve(undefined);
  }
}

const answer = { status: 200, description: 'Done.', schema: z.object({ ok: z.boolean() }) } as const;
const access = { kind: 'public' } as const;
const slow = route({
  operationId: 'slow',
  service: 'anomaly',
  method: 'GET',
  path: '/v1/tiny/slow',
  tag: 'Tiny',
  summary: 'Answers once the gate is open.',
  access,
  answer,
});
const write = route({
  operationId: 'write',
  service: 'anomaly',
  method: 'POST',
  path: '/v1/tiny/:word',
  tag: 'Tiny',
  summary: 'Writes a word.',
  access,
  params: z.object({ word: z.string() }),
  answer,
});
const secret = route({
  operationId: 'secret',
  service: 'anomaly',
  method: 'GET',
  path: '/v1/tiny/secret',
  tag: 'Tiny',
  summary: 'Takes a secret key.',
  access: { kind: 'secret', scope: 'anomalies:read' },
  answer,
});

function breakProcess(): never {
  throw new Error('nobody catches this');
}

@Controller()
class TinyController {
  constructor(
    @Inject(Gate) private readonly gate: Gate,
    @Inject(DATABASE) private readonly database: Database,
  ) {}

  @Route(slow)
  async slow(): Promise<{ ok: boolean }> {
    await this.gate.pass();
    await this.database.pool.query('SELECT 1');
    return { ok: true };
  }

  @Route(write)
  async write(@Input() { params }: RouteInput<typeof write>): Promise<{ ok: boolean }> {
    if (params.word === 'crash') setImmediate(() => breakProcess());
    await this.database.pool.query("INSERT INTO word (text) VALUES ('x')");
    return { ok: true };
  }

  @Route(secret)
  secret(): { ok: boolean } {
    return { ok: true };
  }
}

@EventConsumer()
class WriteWordsWhenUsageExceeded {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-arguments -- without it the typed @Ctx() is TS1241
  @EventPattern<string>(TOPICS.usage.name, LEASEHOLD_TRANSPORT)
  async write(@Payload() batch: EventBatch<IncomingEvent>, @Ctx() { transaction }: BatchContext): Promise<void> {
    for (const event of batch.events) await transaction.query('INSERT INTO word (text) VALUES ($1)', [event.id]);
  }
}

@Module({ controllers: [TinyController, WriteWordsWhenUsageExceeded] })
class TinyModule {}

class Words1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE word (id serial PRIMARY KEY, text text NOT NULL)');
    await runner.query(consumerMigrationSql());
  }
  async down(): Promise<void> {}
}

/** A service of three routes, to test what every service is given. It goes by the name of a real one. */
export const tinyService = (gate = new Gate()) =>
  defineService({
    name: 'anomaly',
    config: defineConfig({
      greeting: setting.string({ env: 'LEASEHOLD_TINY_GREETING', default: 'hello', description: 'What it says.' }),
    }),
    routes: [slow, write, secret],
    migrations: [Words1700000000001],
    entities: [],
    module: ({ metrics }) => {
      new Gauge({
        name: 'tiny_waiting',
        help: 'Requests that wait at the gate.',
        registers: [metrics],
        collect() {
          this.set(gate.waiting);
        },
      });
      return { module: TinyModule, providers: [{ provide: Gate, useValue: gate }] };
    },
  });
