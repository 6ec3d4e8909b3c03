import { type Loop, runEvery, type ServiceContext } from '@leasehold/runtime';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { WritePath } from '../store/write-path.js';
import { runDueRotations } from './run-due-rotations.js';

const INTERVAL_MS = 500;

/** Lets pending keys become active and retiring ones retire, when their time has come. */
export class SigningKeySchedule implements OnApplicationBootstrap, OnApplicationShutdown {
  #loop: Loop | undefined;

  constructor(
    private readonly writePath: WritePath,
    private readonly context: ServiceContext<object>,
  ) {}

  onApplicationBootstrap(): void {
    const { database, logger } = this.context;
    const run = (): Promise<void> => runDueRotations(this.writePath, database.pool);
    this.#loop = runEvery({ intervalMs: INTERVAL_MS, run, logger });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#loop?.close();
  }
}
