import type { Cursor, StoredRow } from '../types.js';

export interface SettlerOptions {
  readonly move: (rows: readonly StoredRow[], end: Cursor) => Promise<void>;
  /** Least time between the starts of two moves. */
  readonly intervalMs: number;
  /** Called once, when a move has failed; nothing is moved after that. */
  readonly onFailure: () => void;
}

export interface Settler {
  /** Takes published rows; they are moved together with others soon. */
  add(rows: readonly StoredRow[], end: Cursor): void;
  /** How many rows wait for their move. */
  waiting(): number;
  /** Moves what waits, now. @throws what a move has thrown, now or before */
  flush(): Promise<void>;
  /** @throws what a move has thrown */
  assertSound(): void;
}

/**
 * Moves the checkpoint behind the publisher's back: publishing does not wait for it, and under load one move covers many
 * batches.
 */
export function createSettler({ move, intervalMs, onFailure }: SettlerOptions): Settler {
  let rows: StoredRow[] = [];
  let end: Cursor | undefined;
  let failure: { readonly cause: unknown } | undefined;
  let moving: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let started = -Infinity;

  async function moveAll(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const [taken, to] = [rows, end];
    rows = [];
    end = undefined;
    if (to === undefined || failure !== undefined) return;
    started = performance.now();
    try {
      await move(taken, to);
    } catch (cause) {
      failure = { cause };
      onFailure();
    }
  }

  function start(): Promise<void> {
    moving ??= moveAll().finally(() => {
      moving = undefined;
      schedule();
    });
    return moving;
  }

  function schedule(): void {
    if (end === undefined || moving !== undefined || timer !== undefined) return;
    timer = setTimeout(() => void start(), Math.max(0, started + intervalMs - performance.now()));
  }

  function assertSound(): void {
    if (failure !== undefined) throw failure.cause;
  }

  return {
    add(more, to) {
      for (const row of more) rows.push(row);
      end = to;
      schedule();
    },
    waiting: () => rows.length,
    async flush() {
      while (moving !== undefined || end !== undefined) await start();
      assertSound();
    },
    assertSound,
  };
}
