import type { Pool, PoolClient } from 'pg';

const ignore = (): void => undefined;

/**
 * Lets no broken connection end the process. The pool takes its own listener away when it hands a connection out, and
 * whoever waits with `await pool.connect()` can add one a turn later at the earliest: a server that goes down in between
 * (the end of one statement and the notice of termination often come in one packet) would be an unhandled error. What is
 * broken shows at the next statement.
 */
export function guardConnections(pool: Pool): void {
  const guarded = new WeakSet<PoolClient>();
  pool.on('acquire', (client) => {
    if (guarded.has(client)) return;
    guarded.add(client);
    client.on('error', ignore);
  });
}
