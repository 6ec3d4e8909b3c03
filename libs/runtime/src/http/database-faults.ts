/** SQLSTATE classes and codes of a server that cannot serve now, though it may soon (PostgreSQL, appendix A). */
const UNREACHABLE_STATES = /^(?:08...|53...|57P0[1235]|57014|55P03|40001|40P01|25006)$/;
const UNREACHABLE_SYSTEM = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE']);
/** What `pg` and its pool say without a code. */
const UNREACHABLE_MESSAGE =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Cannot use a pool after calling end)/;

/**
 * Whether an error (or one it wraps, as TypeORM and the pool do) says that the database could not be reached or asks to
 * try again, as opposed to a statement that is wrong.
 */
export const isUnreachable = (error: unknown, depth = 0): boolean => {
  if (!(error instanceof Error) || depth > 4) return false;
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && (UNREACHABLE_SYSTEM.has(code) || UNREACHABLE_STATES.test(code))) return true;
  if (UNREACHABLE_MESSAGE.test(error.message)) return true;
  if (error instanceof AggregateError && error.errors.some((inner) => isUnreachable(inner, depth + 1))) return true;
  if ('driverError' in error && isUnreachable(error.driverError, depth + 1)) return true;
  return isUnreachable(error.cause, depth + 1);
};
