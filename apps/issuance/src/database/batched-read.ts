/** Answers `undefined` for a key that finds nothing. */
export type Read<T> = (key: string) => Promise<T | undefined>;

/** Statements in flight at a time; one would make every read wait for the slowest. */
const MOST_IN_FLIGHT = 2;
const MOST_KEYS = 100;

interface Waiting<T> {
  readonly found: Promise<T | undefined>;
  readonly resolve: (value: T | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads of single rows that share statements, as appends do: keys wait while statements are in flight and then go together.
 * An idle one sends at once, and no read is answered by a statement that was sent before it was asked for.
 *
 * @example const read = batchedRead(async (ids) => new Map((await query(ids)).map((row) => [row.id, row])));
 */
export function batchedRead<T>(load: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>): Read<T> {
  const waiting = new Map<string, Waiting<T>>();
  let inFlight = 0;

  async function run(): Promise<void> {
    inFlight += 1;
    await Promise.resolve(); // reads of the same turn go together
    while (waiting.size > 0) await send([...waiting].slice(0, MOST_KEYS));
    inFlight -= 1;
  }

  async function send(batch: readonly (readonly [string, Waiting<T>])[]): Promise<void> {
    for (const [key] of batch) waiting.delete(key);
    try {
      const found = await load(batch.map(([key]) => key));
      for (const [key, { resolve }] of batch) resolve(found.get(key));
    } catch (error) {
      for (const [, { reject }] of batch) reject(error);
    }
  }

  return (key) => {
    const present = waiting.get(key);
    if (present !== undefined) return present.found;
    const { promise: found, resolve, reject } = Promise.withResolvers<T | undefined>();
    waiting.set(key, { found, resolve, reject });
    if (inFlight < MOST_IN_FLIGHT) void run();
    return found;
  };
}
