import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventLog } from '@leasehold/messaging';
import type { ServiceContext } from '@leasehold/runtime';
import { SpillFile } from './spill-file.js';
import { fromLine, type Teller, toBatch, toLine, toRecord, type UsageBatch } from './usage-batch.js';
import type { UsageRing } from './usage-ring.js';

type Logger = ServiceContext<object>['logger'];

/** So many items go at once, without waiting for the time to be over. */
const FLUSH_ITEMS = 1_000;
/** What the log has not taken by then goes to the file too: that bounds what a killed process can lose. */
const PUBLISH_DEADLINE_MS = 500;
const REPLAY_DEADLINE_MS = 2_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;
const CLOSE_DEADLINE_MS = 1_500;

export interface UsageDeliveryOptions {
  readonly ring: UsageRing;
  readonly log: Pick<EventLog, 'publish'>;
  /** Folder of the spill files; other processes may use it too, each has a file of its own. */
  readonly dir: string;
  readonly teller: Teller;
  readonly flushMs: number;
  readonly newId: () => string;
  readonly now: () => number;
  readonly logger: Logger;
}

/**
 * Brings what is in the ring to the log, in order, at least once. While the log is away (or slow) it goes to a file, and
 * from there to the log in the same order; files of former processes are told as those processes would have. Consumers
 * know a batch by its numbers, so that telling it twice counts once.
 */
export class UsageDelivery {
  readonly #options: UsageDeliveryOptions;
  readonly #spill: SpillFile;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  #replaying: Promise<void> | undefined;
  #leftovers: Promise<void> | undefined;
  #unwritten: UsageBatch[] = [];
  #closing = false;
  #stopped = false;

  constructor(options: UsageDeliveryOptions) {
    this.#options = options;
    this.#spill = new SpillFile(join(options.dir, spillName(options.teller.boot)));
  }

  /** Tells what former processes could not, beside everything else. */
  start(): void {
    this.#leftovers = this.#replayLeftovers().catch((error: unknown) => {
      this.#options.logger.error({ err: error }, 'files of former processes could not be read');
    });
  }

  /** Something was pushed. Cheap: called for every validation. */
  notice(): void {
    if (this.#closing) return;
    if (this.#timer !== undefined || this.#flushing !== undefined) {
      if (this.#flushing !== undefined || this.#options.ring.size() !== FLUSH_ITEMS) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(this.#flush, 0);
    } else {
      this.#timer = setTimeout(this.#flush, this.#options.flushMs);
    }
  }

  /** Bytes that wait on disk. */
  get spilledBytes(): number {
    return this.#spill.bytes;
  }

  /** Brings everything to the log or, when that cannot be had, to the disk. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    await this.#flushing;
    await this.#flushOnce();
    await Promise.race([this.#replaying, pause(CLOSE_DEADLINE_MS, undefined, { ref: false })]);
    this.#stopped = true;
    await Promise.all([this.#replaying, this.#leftovers]);
    await this.#spill.close();
    if (this.#unwritten.length > 0) {
      this.#options.logger.error({ batches: this.#unwritten.length }, 'usage could neither be told nor written');
    }
  }

  readonly #flush = (): void => {
    this.#timer = undefined;
    this.#flushing ??= this.#flushOnce().finally(() => {
      this.#flushing = undefined;
      if (this.#options.ring.size() > 0 || this.#unwritten.length > 0) this.notice();
    });
  };

  async #flushOnce(): Promise<void> {
    const batches = this.#takeBatches();
    if (batches.length === 0) return;
    if (this.#spill.isEmpty && (await this.#publish(batches, PUBLISH_DEADLINE_MS))) {
      this.#unwritten = [];
      return;
    }
    try {
      await this.#spill.append(batches.map(toLine).join(''));
      this.#unwritten = [];
    } catch (error) {
      // kept, and told before all that comes later; the ring fills up meanwhile and then takes no more
      this.#unwritten = batches;
      this.#options.logger.error({ err: error, path: this.#spill.path }, 'usage could not be written to its file');
      await pause(FIRST_RETRY_MS, undefined, { ref: false });
      return;
    }
    this.#replaying ??= this.#replay(this.#spill).finally(() => (this.#replaying = undefined));
  }

  #takeBatches(): UsageBatch[] {
    const { ring, teller, newId, now } = this.#options;
    // what could be put nowhere is still held here, and nothing is taken on top of it
    if (this.#unwritten.length > 0) return this.#unwritten;
    return ring.take(FLUSH_ITEMS).map((numbered) => toBatch(numbered, teller, newId(), now()));
  }

  async #publish(batches: readonly UsageBatch[], deadlineMs: number): Promise<boolean> {
    const over = new AbortController();
    const published = this.#options.log.publish(batches.map(toRecord)).then(
      () => true,
      (error: unknown) => {
        this.#options.logger.debug({ err: error }, 'the log does not take usage');
        return false;
      },
    );
    const late = pause(deadlineMs, false, { signal: over.signal, ref: false }).catch(() => false);
    return await Promise.race([published, late]).finally(() => over.abort());
  }

  /** Ends when the file is empty, or at the close. */
  async #replay(file: SpillFile): Promise<void> {
    const { logger } = this.#options;
    logger.warn({ path: file.path }, 'usage waits in a file until the log takes it');
    for (let failures = 0; !file.isEmpty && !this.#stopped;) {
      const { lines, end } = await file.read();
      const batches = lines.map(fromLine).filter((batch) => batch !== undefined);
      if (batches.length === 0 || (await this.#publish(batches, REPLAY_DEADLINE_MS))) {
        file.advance(end);
        failures = 0;
      } else {
        await this.#rest(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++));
      }
    }
    if (file.isEmpty) logger.info({ path: file.path }, 'the log has all usage again');
  }

  /** A pause that the close cuts short. */
  async #rest(ms: number): Promise<void> {
    for (let rested = 0; rested < ms && !this.#stopped; rested += FIRST_RETRY_MS) await pause(FIRST_RETRY_MS);
  }

  async #replayLeftovers(): Promise<void> {
    const { dir, teller } = this.#options;
    const names = (await readdir(dir)).filter((name) => isSpill(name) && name !== spillName(teller.boot));
    for (const name of names.sort()) {
      const file = new SpillFile(join(dir, name));
      if (await file.adopt()) await this.#replay(file);
      await file.close();
    }
  }
}

const spillName = (boot: string): string => `usage-${boot}.ndjson`;
const isSpill = (name: string): boolean => name.startsWith('usage-') && name.endsWith('.ndjson');
