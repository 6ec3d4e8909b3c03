import { publishOutbox } from '@leasehold/messaging';
import { type Loop, runEvery, type ServiceContext } from '@leasehold/runtime';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';

const INTERVAL_MS = 100;

/** Brings to the log what is committed about findings, for as long as the service runs. */
export class FindingRelay implements OnApplicationBootstrap, OnApplicationShutdown {
  #loop: Loop | undefined;

  constructor(private readonly context: ServiceContext<object>) {}

  onApplicationBootstrap(): void {
    this.#loop = runEvery({ intervalMs: INTERVAL_MS, run: this.#publish, logger: this.context.logger });
  }

  /** Something was committed. */
  kick(): void {
    this.#loop?.kick();
  }

  /** After the last request and the last batch; what the log does not take now is told by the next process. */
  async onApplicationShutdown(): Promise<void> {
    await this.#loop?.close();
    await this.#publish().catch((error: unknown) => {
      this.context.logger.warn({ err: error }, 'findings are left to be told by the next process');
    });
  }

  readonly #publish = async (): Promise<void> => {
    await publishOutbox(this.context.database.pool, this.context.log);
  };
}
