import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { ServiceUnavailableException, type INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import type { HealthCheck, HealthChecks } from './health-checks.js';

export interface Readiness {
  readonly ready: boolean;
  /** As terminus tells it: `status`, and `up` or `down` for each check; never why, which is in the log. */
  readonly report: Pick<HealthCheckResult, 'status' | 'details'>;
}

const CHECK_TIMEOUT_MS = 2_000;

/** Asks all registered checks at once. */
export function readinessOf(app: INestApplicationContext, checks: HealthChecks, logger: Logger) {
  const terminus = app.get(HealthCheckService, { strict: false });
  const indicators = app.get(HealthIndicatorService, { strict: false });
  /** Told of once, however often they are asked. */
  const down = new Set<string>();
  const indicate = async (name: string, check: HealthCheck) => {
    const indicator = indicators.check(name);
    try {
      await withTimeout(check);
      down.delete(name);
      return indicator.up();
    } catch (error) {
      if (!down.has(name)) logger.warn({ check: name, err: error }, 'not ready');
      down.add(name);
      return indicator.down();
    }
  };
  return async (): Promise<Readiness> => {
    try {
      const { status, details } = await terminus.check(
        checks.entries().map(
          ([name, check]) =>
            () =>
              indicate(name, check),
        ),
      );
      return checks.draining
        ? { ready: false, report: { status: 'shutting_down', details } }
        : { ready: true, report: { status, details } };
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      const { status, details } = error.getResponse() as HealthCheckResult;
      return { ready: false, report: { status, details } };
    }
  };
}

async function withTimeout(check: HealthCheck): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), late]);
  } finally {
    clearTimeout(timer);
  }
}
