import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own messages as lines of our log. What Nest says about its start is for debugging. */
export const nestLogger = (logger: Logger): LoggerService => {
  /** Nest passes the context last and, with errors, the stack before it. */
  const detailsOf = (rest: readonly unknown[]): Record<string, unknown> => {
    const texts = rest.filter((one) => typeof one === 'string');
    const stack = texts.find((text) => text.includes('\n'));
    return { nest: texts.findLast((text) => text !== stack), ...(stack === undefined ? {} : { stack }) };
  };
  const write =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void => {
      if (message instanceof Error) logger[level]({ ...detailsOf(rest), err: message }, message.message);
      else logger[level](detailsOf(rest), typeof message === 'string' ? message : JSON.stringify(message));
    };
  return {
    log: write('debug'),
    debug: write('debug'),
    verbose: write('debug'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('fatal'),
  };
};
