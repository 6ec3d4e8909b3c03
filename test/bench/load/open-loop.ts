import type { Session } from './closed-loop.js';
import { type Answer, HttpConnection } from './http-connection.js';

export interface OpenLoopOptions {
  readonly port: number;
  /** One for each connection. */
  readonly sessions: readonly Session[];
  readonly perSecond: number;
  readonly durationMs: number;
}

interface Line {
  readonly connection: HttpConnection;
  readonly session: Session;
}

/**
 * Requests that arrive by the clock, whether or not former ones are answered. Latencies in milliseconds count from the
 * time a request was due, so that one that finds all connections busy is late by what it waits.
 */
export async function runOpenLoop(options: OpenLoopOptions): Promise<readonly number[]> {
  const { port, sessions, perSecond, durationMs } = options;
  const lines = await Promise.all(
    sessions.map(async (session): Promise<Line> => ({ connection: await HttpConnection.open(port), session })),
  );
  try {
    return await arrive(lines, perSecond, Math.floor((perSecond * durationMs) / 1_000));
  } finally {
    for (const { connection } of lines) connection.close();
  }
}

function arrive(lines: readonly Line[], perSecond: number, total: number): Promise<readonly number[]> {
  const idle = [...lines];
  const latencies: number[] = [];
  const started = performance.now();
  const dueAt = (number: number): number => started + (number * 1_000) / perSecond;
  let sent = 0;
  return new Promise((resolve, reject) => {
    const send = (line: Line): void => {
      const due = dueAt(sent++);
      const take = (answer: Answer): void => {
        latencies.push(performance.now() - due);
        line.session.take(answer);
        idle.push(line);
        if (latencies.length === total) resolve(latencies);
        else sendDue();
      };
      line.connection.send(line.session.next(), take, reject);
    };
    const sendDue = (): void => {
      const now = performance.now();
      while (sent < total && dueAt(sent) <= now) {
        const line = idle.pop();
        if (line === undefined) return;
        send(line);
      }
    };
    const tick = (): void => {
      sendDue();
      if (sent < total) setTimeout(tick, 1);
    };
    tick();
  });
}
