import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { pino } from 'pino';
import { HealthChecks } from './health-checks.js';
import { readinessOf } from './readiness.js';

let app: INestApplicationContext;
let checks: HealthChecks;
let lines: { level: number; check: string; err: { message: string } }[];
let ask: ReturnType<typeof readinessOf>;

beforeEach(async () => {
  app = await NestFactory.createApplicationContext(TerminusModule.forRoot({ logger: false }), { logger: false });
  checks = new HealthChecks();
  lines = [];
  const logger = pino({}, { write: (line: string) => lines.push(JSON.parse(line) as never) });
  ask = readinessOf(app, checks, logger);
});
afterEach(() => app.close());

const broken = (): Promise<void> => Promise.reject(new Error('10.1.2.3 is gone'));

describe('readiness', () => {
  it('needs nothing where nothing was registered', async () => {
    expect(await ask()).toEqual({ ready: true, report: { status: 'ok', details: {} } });
  });

  it('needs every check, and names each, but not what is wrong', async () => {
    checks.register('table', () => undefined);
    checks.register('log', broken);
    checks.register('plans', () => {
      throw new Error('10.1.2.4 is gone');
    });
    const { ready, report } = await ask();
    expect(ready).toBe(false);
    expect(report).toEqual({
      status: 'error',
      details: { table: { status: 'up' }, log: { status: 'down' }, plans: { status: 'down' } },
    });
    expect(lines.map(({ check, err }) => `${check}: ${err.message}`).sort()).toEqual([
      'log: 10.1.2.3 is gone',
      'plans: 10.1.2.4 is gone',
    ]);
  });

  it('tells of an outage once, however often it is asked, and again of the next one', async () => {
    let isDown = true;
    checks.register('log', () => (isDown ? broken() : undefined));
    for (let time = 0; time < 3; time += 1) expect((await ask()).ready).toBe(false);
    expect(lines).toHaveLength(1);
    isDown = false;
    expect((await ask()).ready).toBe(true);
    isDown = true;
    await ask();
    expect(lines.map(({ level, check }) => [level, check])).toEqual([
      [40, 'log'],
      [40, 'log'],
    ]);
  });

  it('is over once the process is told to stop, whatever works', async () => {
    checks.register('log', () => undefined);
    checks.draining = true;
    expect(await ask()).toEqual({
      ready: false,
      report: { status: 'shutting_down', details: { log: { status: 'up' } } },
    });
  });

  it('asks all checks at once', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    checks.register('waits for the other', async () => {
      await promise;
    });
    checks.register('other', () => resolve(undefined));
    expect((await ask()).ready).toBe(true);
  });
});

describe('a check', () => {
  it('has a name of its own', () => {
    checks.register('log', () => undefined);
    expect(() => checks.register('log', () => undefined)).toThrow('There is a health check log already.');
  });

  it('may come after the first question', async () => {
    await ask();
    checks.register('log', broken);
    expect((await ask()).ready).toBe(false);
  });
});
