import type { Logger } from 'pino';

/**
 * Logs that a connection broke that nobody used, unless its pool is ending: then it was to go anyway. Of the error only
 * code and message, since `pg` hangs the whole client on it.
 */
export const tellOfBroken =
  (logger: Pick<Logger, 'warn'>, isEnding: () => boolean) =>
  (error: unknown): void => {
    if (isEnding()) return;
    const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
    logger.warn({ code, reason: message }, 'an idle database connection broke');
  };
