import { AppendRejectedError, UnknownOutcomeError } from '../errors.js';

/**
 * SQLSTATE classes that speak about the content of a statement. The server has rolled it back, and would again. `LH`
 * is the row writer's own. All others (connection, resources, operator, deadlock) and errors without a state leave the outcome open, or pass.
 */
const CONTENT_CLASSES = new Set(['02', '0A', '21', '22', '23', '42', '54', 'P0', 'LH']);

/** Turns what the driver threw into one of the two errors an append can end with. */
export function appendFailure(error: unknown): AppendRejectedError | UnknownOutcomeError {
  const sqlState = textOf(error, 'code');
  const message = error instanceof Error ? error.message : String(error);
  if (sqlState?.length === 5 && CONTENT_CLASSES.has(sqlState.slice(0, 2))) {
    const [constraint, table] = [textOf(error, 'constraint'), textOf(error, 'table')];
    return new AppendRejectedError(`append rejected: ${message}`, { cause: error, sqlState, constraint, table });
  }
  return new UnknownOutcomeError(`append with unknown outcome: ${message}`, { cause: error });
}

function textOf(error: unknown, key: 'code' | 'constraint' | 'table'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : undefined;
}
