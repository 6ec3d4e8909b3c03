import { type DestinationStream, type Logger, destination, pino } from 'pino';
import type { LogLevel } from '../config/base-config.js';
import { VERSION } from '../service/version.js';
import { redact } from './redact.js';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Name in every line: a service, or `platform`. */
  readonly service: string;
  /** Standard output unless told. */
  readonly stream?: DestinationStream;
}

/** JSON lines for machines: `level`, `time` (RFC 3339), `service`, `version`, `msg`; secrets never get through. */
export const createLogger = ({ level, service, stream }: LoggerOptions): Logger =>
  pino(
    {
      level,
      base: { service, version: VERSION },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: redact },
    },
    // written at once: a line about a crash must not die in a buffer
    stream ?? destination({ dest: 1, sync: true }),
  );
