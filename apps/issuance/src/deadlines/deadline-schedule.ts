import { type Loop, runEvery, type ServiceContext } from '@leasehold/runtime';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { LicenseContext } from '../licenses/license-context.js';
import { runDueDeadlines } from './run-due-deadlines.js';

const INTERVAL_MS = 500;

/** Tells in time that licenses expire, have expired, and that their grace has ended. No verdict waits for it. */
export class DeadlineSchedule implements OnApplicationBootstrap, OnApplicationShutdown {
  #loop: Loop | undefined;

  constructor(
    private readonly licenses: LicenseContext,
    private readonly context: ServiceContext<object>,
  ) {}

  onApplicationBootstrap(): void {
    const { logger } = this.context;
    const run = (): Promise<void> =>
      runDueDeadlines(this.licenses, (error, { licenseId }) => {
        logger.error({ err: error, licenseId }, 'what is due of a license could not be told; it is tried again');
      });
    this.#loop = runEvery({ intervalMs: INTERVAL_MS, run, logger });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#loop?.close();
  }
}
