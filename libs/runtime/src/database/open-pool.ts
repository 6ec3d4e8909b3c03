import { Pool } from 'pg';
import type { Logger } from 'pino';
import { type ConnectionTarget, connectionSettings } from './connection-settings.js';
import { tellOfBroken } from './tell-of-broken.js';

export interface PoolOptions extends ConnectionTarget {
  /** Most connections at a time. */
  readonly max: number;
  readonly logger: Logger;
}

/**
 * Opens a pool in which no broken connection ends the process. The pool's own listener hears of idle connections only:
 * it is taken away when a connection is handed out, and whoever awaits `pool.connect()` can add one a turn later at the
 * earliest. What breaks in between would be an unhandled error; so each connection has a listener for life, and what is
 * broken shows at the next statement.
 */
export function openPool({ max, logger, ...target }: PoolOptions): Pool {
  const pool = new Pool({ ...connectionSettings(target), max });
  const tell = tellOfBroken(logger, () => pool.ending);
  pool.on('error', tell);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
