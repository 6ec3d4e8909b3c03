/** Classes of SQLSTATE that blame the database's condition and not the statement. */
const SQL_CLASSES = ['08', '40', '53', '55', '57', '58'];
const SOCKET_CODES = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'];
/** pg reports a lost connection without a code. */
const LOST_CONNECTION =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying)/;

/**
 * Whether the same batch may succeed later without anyone changing it. Such a failure never parks a record: the
 * database being away is no fault of the record's.
 */
export const isTransient = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: unknown };
  if (typeof code === 'string') {
    if (SOCKET_CODES.includes(code)) return true;
    if (code.length === 5 && SQL_CLASSES.includes(code.slice(0, 2))) return true;
  }
  return (typeof message === 'string' && LOST_CONNECTION.test(message)) || isTransient(cause);
};
