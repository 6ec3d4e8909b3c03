import type { EventLog } from '@leasehold/messaging';
import type { Logger } from 'pino';
import type { BaseConfig } from '../config/base-config.js';
import type { Clock, RandomSource } from './service-definition.js';

/** What a service is started with; everything but the database and the folder has a default. */
export interface StartOptions<Config> {
  /** Connection URL of a migrated database; the service takes its own role and schema there. */
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** Settings that differ from their defaults. */
  readonly config?: Partial<Config & BaseConfig>;
  /** Shared logs are not closed with the service; without one the service opens (and closes) the log in `databaseUrl`. */
  readonly log?: EventLog;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: RandomSource;
  /** Read from (or made in) the data folder when absent. */
  readonly masterKey?: Uint8Array;
  /** True for the one service of a process, whose metrics then include those of the process. */
  readonly ofProcess?: boolean;
  /** Told when the service cannot go on; only logged unless told. */
  readonly fail?: (error: Error) => void;
}
