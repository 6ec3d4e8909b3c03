import { createHash } from 'node:crypto';
import { Controller, type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RouteInput } from '@leasehold/contracts';
import { answer } from '../../src/http/answer.js';
import { assertRoutes } from '../../src/http/assert-routes.js';
import type { Authenticator, Caller } from '../../src/http/caller.js';
import { registerDocs } from '../../src/http/docs-pages.js';
import { HttpAdapter } from '../../src/http/http-adapter.js';
import { httpModule } from '../../src/http/http-module.js';
import type { Idempotency } from '../../src/http/idempotency.js';
import type { IdempotencyEntry } from '../../src/http/idempotency-entry.js';
import { CallerOf, IdempotencyOf, IfMatch, Input } from '../../src/http/input-decorators.js';
import { buildOpenApi } from '../../src/http/open-api.js';
import { ProblemError } from '../../src/http/problem-error.js';
import { Route } from '../../src/http/route-decorator.js';
import { boxRoutes } from './box-routes.js';

/** A small service with one route of each kind, to try the request pipeline by real requests. */

export const KEYS: Readonly<Record<string, Caller>> = {
  lh_sk_all: { kind: 'secret', tenantId: 'ten_1', apiKeyId: 'key_1', scopes: ['licenses:read', 'licenses:write'] },
  lh_sk_other: { kind: 'secret', tenantId: 'ten_2', apiKeyId: 'key_2', scopes: ['licenses:read', 'licenses:write'] },
  lh_sk_reads: { kind: 'secret', tenantId: 'ten_1', apiKeyId: 'key_3', scopes: ['licenses:read'] },
  lh_pk_any: { kind: 'publishable', tenantId: 'ten_1', apiKeyId: 'key_4', scopes: [] },
  lh_op_one: { kind: 'operator', apiKeyId: 'key_5', scopes: [] },
};

/** Answers some keys at once and others later, as a table of accounts does. */
export const authenticator: Authenticator = {
  authenticate: (key) => (key === 'lh_sk_all' ? KEYS[key] : Promise.resolve(KEYS[key])),
};

/** What the handlers do beyond their answers; a test sets what it needs. */
export class Workshop {
  made = 0;
  /** Waited for before a box is made. */
  gate: Promise<void> = Promise.resolve();
  /** Thrown instead of making a box. */
  fault: Error | undefined = undefined;
  /** Given the entry, as a use case that finishes it in its own transaction. */
  finish: ((entry: IdempotencyEntry, body: unknown) => Promise<void>) | undefined = undefined;
}

const isoUnreachable = () =>
  Object.assign(new Error('connect ECONNREFUSED secret-host:5432'), { code: 'ECONNREFUSED' });

const FAULTS: Readonly<Record<string, () => Error>> = {
  bug: () => new Error('secret detail of a bug'),
  database: isoUnreachable,
  wrapped: () => Object.assign(new Error('query failed'), { driverError: isoUnreachable() }),
  refusal: () => new ProblemError('license.domain_limit', { detail: 'The plan allows 3 domains.' }),
};

const makeController = (workshop: Workshop) => {
  @Controller()
  class BoxesController {
    @Route(boxRoutes.create)
    async create(
      @Input() { body }: RouteInput<typeof boxRoutes.create>,
      @IdempotencyOf() idempotency: IdempotencyEntry,
    ): Promise<unknown> {
      await workshop.gate;
      if (workshop.fault !== undefined) throw workshop.fault;
      workshop.made += 1;
      const made = { id: 'box_0001', made: workshop.made, ...body };
      await workshop.finish?.(idempotency, made);
      return answer(made, { etag: 1, headers: { Location: '/v1/boxes/box_0001' } });
    }

    @Route(boxRoutes.list)
    list(@Input() input: RouteInput<typeof boxRoutes.list>): unknown {
      return input.query;
    }

    @Route(boxRoutes.get)
    get(@Input() { params }: RouteInput<typeof boxRoutes.get>, @CallerOf() caller: Caller): unknown {
      if (params.boxId === 'box_none') throw new ProblemError('license.not_found');
      return answer({ id: params.boxId, tenant: caller.tenantId }, { etag: 7 });
    }

    @Route(boxRoutes.change)
    change(@IfMatch() expected: number | undefined, @Input() input: RouteInput<typeof boxRoutes.change>): unknown {
      return { expected: expected ?? null, body: input.body };
    }

    @Route(boxRoutes.remove)
    remove(): void {
      workshop.made += 1;
    }

    @Route(boxRoutes.operate)
    operate(@CallerOf() caller: Caller): unknown {
      return { kind: caller.kind };
    }

    @Route(boxRoutes.rotate)
    rotate(@CallerOf() caller: Caller): unknown {
      return { kind: caller.kind };
    }

    @Route(boxRoutes.check)
    check(@CallerOf() caller: Caller): unknown {
      return { kind: caller.kind };
    }

    @Route(boxRoutes.fail)
    fail(@Input() { body }: RouteInput<typeof boxRoutes.fail>): never {
      throw FAULTS[body.as]?.() ?? new Error('unknown fault');
    }
  }
  return BoxesController;
};

@Module({})
class BoxesModule {}

const moduleOf = (workshop: Workshop, extra: DynamicModule[]): DynamicModule => ({
  module: BoxesModule,
  imports: extra,
  controllers: [makeController(workshop)],
});

export interface LogLine {
  readonly level: 'error' | 'warn';
  readonly fields: Record<string, unknown>;
}

export interface PipelineApp {
  readonly app: NestFastifyApplication;
  readonly adapter: HttpAdapter;
  readonly url: string;
  readonly workshop: Workshop;
  readonly lines: LogLine[];
  close(): Promise<void>;
}

/** Starts the service on a free port. */
export const startPipelineApp = async (
  idempotency: Idempotency,
  publicUrl = 'https://leasehold.test',
): Promise<PipelineApp> => {
  const lines: LogLine[] = [];
  const logger = {
    error: (fields: unknown) => void lines.push({ level: 'error', fields: fields as Record<string, unknown> }),
    warn: (fields: unknown) => void lines.push({ level: 'warn', fields: fields as Record<string, unknown> }),
  };
  const adapter = new HttpAdapter({ publicUrl, logger });
  const workshop = new Workshop();
  const app = await NestFactory.create<NestFastifyApplication>(
    moduleOf(workshop, [httpModule({ adapter, idempotency, authenticator })]),
    adapter,
    { logger: false },
  );
  const fastify = adapter.getInstance();
  const routes = Object.values(boxRoutes);
  fastify.get('/v1/hot', (_request, reply) => reply.send({ hot: true }));
  registerDocs(fastify, {
    document: () => buildOpenApi({ routes, info: { title: 'Boxes', version: '1' }, servers: [publicUrl] }),
  });
  await app.init();
  assertRoutes(app, routes, adapter.routes);
  await app.listen(0, '127.0.0.1');
  return { app, adapter, url: await app.getUrl(), workshop, lines, close: () => app.close() };
};

/** Sends a request as `lh_sk_all`, with JSON unless told otherwise. */
export const send = (
  url: string,
  method: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  fetch(url, {
    method,
    headers: {
      authorization: 'Bearer lh_sk_all',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

/** Unpredictable enough for tests, and the same every time. */
export const countingRandom = (): ((size: number) => Uint8Array) => {
  let count = 0;
  return (size) => {
    count += 1;
    const block = createHash('sha512').update(String(count)).digest();
    return new Uint8Array(Buffer.alloc(size, block));
  };
};
