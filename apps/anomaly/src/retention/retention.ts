import { forgetBoots } from '@leasehold/messaging';
import { type Loop, runEvery, type ServiceContext } from '@leasehold/runtime';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';

const INTERVAL_MS = 3_600_000;
/** No validation is told so late: metering does not count it any more either. */
const KEPT_MS = 36 * 86_400_000;

/** Each start of a validator leaves a row a partition, by which its batches are known; this takes them away again. */
export class Retention implements OnApplicationBootstrap, OnApplicationShutdown {
  #loop: Loop | undefined;

  constructor(private readonly context: ServiceContext<object>) {}

  onApplicationBootstrap(): void {
    const { database, clock, logger } = this.context;
    const run = async (): Promise<void> => {
      await forgetBoots(database.pool, new Date(clock.now() - KEPT_MS));
    };
    this.#loop = runEvery({ intervalMs: INTERVAL_MS, run, logger });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#loop?.close();
  }
}
