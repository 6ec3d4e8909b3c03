import { publishOutbox } from '@leasehold/messaging';
import { type Loop, runEvery, type ServiceContext } from '@leasehold/runtime';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { tellDueBalances } from './tell-due-balances.js';

/** Consumers' transactions commit out of sight of their handlers, so the outbox is looked at this often. */
const OUTBOX_MS = 100;
const BALANCES_MS = 250;

/** Publishes what counting has left in the outbox, and has balances told when they are due. */
export class UsageTelling implements OnApplicationBootstrap, OnApplicationShutdown {
  #outbox: Loop | undefined;
  #balances: Loop | undefined;

  constructor(private readonly context: ServiceContext<object>) {}

  onApplicationBootstrap(): void {
    const { database, log, logger } = this.context;
    const { pool } = database;
    this.#outbox = runEvery({
      intervalMs: OUTBOX_MS,
      logger,
      run: async () => {
        await publishOutbox(pool, log);
      },
    });
    this.#balances = runEvery({
      intervalMs: BALANCES_MS,
      logger,
      run: async () => {
        await tellDueBalances(pool, this.context);
        this.kick();
      },
    });
  }

  /** Something was committed that may have left records in the outbox. */
  kick(): void {
    this.#outbox?.kick();
  }

  /** What is left in the outbox is published by the next process. */
  async onApplicationShutdown(): Promise<void> {
    await this.#balances?.close();
    await this.#outbox?.close();
  }
}
