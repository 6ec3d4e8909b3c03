import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { route, type RouteDefinition } from '@leasehold/contracts';
import { assertRoutes } from './assert-routes.js';
import { HttpAdapter } from './http-adapter.js';
import { Route } from './route-decorator.js';

const defined = (operationId: string, path: `/${string}`): RouteDefinition =>
  route({
    operationId,
    path,
    method: 'GET',
    service: 'issuance',
    tag: 'T',
    summary: 'S',
    access: { kind: 'public' },
    answer: { status: 200, description: 'D' },
  });
const first = defined('first', '/v1/first');
const hot = defined('hot', '/v1/hot');
const foreign = defined('foreign', '/v1/foreign');

@Controller()
class Complete {
  @Route(first)
  first(): string {
    return '';
  }
  unrelated(): string {
    return '';
  }
}
@Controller()
class Consumer {
  handle(): string {
    return '';
  }
}
@Controller('livez')
class Bare {
  @Get()
  open(): string {
    return '';
  }
}
@Controller()
class Foreign {
  @Route(foreign)
  other(): string {
    return '';
  }
}

@Module({})
class Service {}

let app: NestFastifyApplication | undefined;
afterEach(() => app?.close());

const check = async (controllers: Type[], hotPaths: readonly string[] = [hot.path]): Promise<string> => {
  const logger = { error: () => undefined, warn: () => undefined };
  const adapter = new HttpAdapter({ publicUrl: 'http://x.test', logger });
  app = await NestFactory.create<NestFastifyApplication>({ module: Service, controllers }, adapter, { logger: false });
  for (const path of hotPaths) adapter.getInstance().get(path, () => '');
  await app.init();
  try {
    assertRoutes(app, [first, hot], adapter.routes);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : 'not an error';
  }
};

describe('a service starts', () => {
  it('when each route of its contract is served, by a controller or beside the pipeline', async () => {
    expect(await check([Complete, Consumer])).toBe('');
  });

  it('not when a route has no handler', async () => {
    expect(await check([Consumer], [])).toMatch(/GET \/v1\/first \(first\) has no handler[^]*GET \/v1\/hot/);
  });

  it('not when a handler has no route, since nothing would guard it', async () => {
    expect(await check([Complete, Bare])).toContain('Bare.open has no @Route()');
  });

  it('not when a handler serves the route of another service', async () => {
    expect(await check([Complete, Foreign])).toContain('Foreign.other handles foreign, which is not a route');
  });
});
