import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { EventLog } from '@leasehold/messaging';
import type { Logger } from 'pino';
import type { BaseConfig } from '../config/base-config.js';
import type { Clock, RandomSource, ServiceContext, ServiceDefinition } from './service-definition.js';

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
  /** Throws in an unhandled way unless told. */
  readonly fail?: (error: Error) => void;
}

/** A started service: initialized, consuming, not listening unless told to. */
export interface RunningService<Config = object> {
  readonly app: NestFastifyApplication;
  readonly context: ServiceContext<Config>;
  /** Hands it one request, as the platform's front does. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** Listens on a port (a free one by default) of 127.0.0.1 and answers the base URL. */
  listen(port?: number, host?: string): Promise<string>;
  /** Finishes requests in flight, drains consumers and buffers, then closes the pools. */
  close(): Promise<void>;
}

/** Starts a service inside this process: used by `runService`, the platform and the tests. */
export function startService<Config extends object>(
  definition: ServiceDefinition<Config>,
  options: StartOptions<Config>,
): Promise<RunningService<Config>> {
  return Promise.reject(new Error(`not yet: ${definition.name} ${options.databaseUrl}`));
}
