import { type Loop, runEvery, type ServiceContext } from '@leasehold/runtime';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { forgetOldUsage } from './forget-old-usage.js';

const INTERVAL_MS = 3_600_000;

export class Retention implements OnApplicationBootstrap, OnApplicationShutdown {
  #loop: Loop | undefined;

  constructor(private readonly context: ServiceContext<object>) {}

  onApplicationBootstrap(): void {
    const { database, clock, logger } = this.context;
    const run = (): Promise<void> => forgetOldUsage(database.pool, clock.now());
    this.#loop = runEvery({ intervalMs: INTERVAL_MS, run, logger });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#loop?.close();
  }
}
