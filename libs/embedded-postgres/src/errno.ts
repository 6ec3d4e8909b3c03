/** Whether `error` is a system error with this code, e.g. `ENOENT`. By shape: a test's `Error` is not Node's. */
export function isErrno(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
