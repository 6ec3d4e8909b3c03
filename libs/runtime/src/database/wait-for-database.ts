import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { StartFailure } from '../service/start-failure.js';

const RETRY_PAUSE_MS = 250;

/** SQLSTATE of a server that is starting or stopping. */
const CANNOT_CONNECT_NOW = '57P03';

/**
 * Waits until the database takes connections: it may start beside us.
 *
 * @throws StartFailure after `timeoutMs`, and at once where waiting cannot help (password, no such database).
 */
export async function waitForDatabase(url: string, timeoutMs = 5_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(RETRY_PAUSE_MS)) {
    const error = await tryConnection(url, deadline - Date.now());
    if (error === undefined) return;
    const mayPass = !(error instanceof DatabaseError) || error.code === CANNOT_CONNECT_NOW;
    // a last attempt in no time at all would only tell that time is over
    if (!mayPass || Date.now() + RETRY_PAUSE_MS >= deadline)
      throw new StartFailure(describeFailure(url, error), { cause: error });
  }
}

/** What node or PostgreSQL reports; several attempts at the addresses of one name come as one without a message. */
interface ConnectionError {
  readonly message: string;
  readonly errors?: readonly ConnectionError[];
}

async function tryConnection(url: string, timeoutMs: number): Promise<ConnectionError | undefined> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: timeoutMs });
  client.on('error', () => undefined); // a cut connection is reported by the call that waits on it
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error as ConnectionError;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** One sentence without user or password. */
function describeFailure(url: string, error: ConnectionError): string {
  const { host, pathname } = new URL(url);
  if (error instanceof DatabaseError)
    return `The database at ${host}${pathname} refused the connection: ${error.message}.`;
  return `The database at ${host}${pathname} cannot be reached: ${error.errors?.[0]?.message ?? error.message}.`;
}
