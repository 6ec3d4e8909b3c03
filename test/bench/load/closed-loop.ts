import { type Answer, HttpConnection } from './http-connection.js';

/** What one connection asks for, again and again. */
export interface Session {
  /** The next request. */
  readonly next: () => Buffer;
  /** Looks at its answer; true when an operation is complete with it. Throws when the answer is wrong. */
  readonly take: (answer: Answer) => boolean;
}

/** Connections that each send their next request when the last one is answered. */
export interface ClosedLoop {
  /** Resolves with the number of completed operations, once every request has its answer. */
  run(durationMs: number): Promise<number>;
  close(): void;
}

export async function openClosedLoop(port: number, sessions: readonly Session[]): Promise<ClosedLoop> {
  const lines = await Promise.all(
    sessions.map(async (session) => ({ connection: await HttpConnection.open(port), session })),
  );

  function keepAsking(connection: HttpConnection, session: Session, until: number): Promise<number> {
    return new Promise((resolve, reject) => {
      let operations = 0;
      const take = (answer: Answer): void => {
        const isComplete = session.take(answer);
        if (isComplete) operations++;
        if (isComplete && performance.now() >= until) resolve(operations);
        else if (performance.now() >= until + GRACE_MS) reject(new Error('an operation does not end'));
        else ask();
      };
      const ask = (): void => connection.send(session.next(), take, reject);
      ask();
    });
  }

  return {
    async run(durationMs) {
      const until = performance.now() + durationMs;
      const counts = await Promise.all(lines.map(({ connection, session }) => keepAsking(connection, session, until)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    close: () => {
      for (const { connection } of lines) connection.close();
    },
  };
}

/** Longest time beyond its end that a run waits for answers. */
const GRACE_MS = 10_000;
