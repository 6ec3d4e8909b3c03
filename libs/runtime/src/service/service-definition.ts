import type { DynamicModule, Type } from '@nestjs/common';
import type { EventLog } from '@leasehold/messaging';
import type { RouteDefinition, ServiceName } from '@leasehold/contracts';
import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { DataSource, MigrationInterface } from 'typeorm';
import type { BaseConfig } from '../config/base-config.js';
import type { ConfigSchema } from '../config/config-schema.js';

/** The database of one service: its own schema and role, reached by `pg` where speed counts and by TypeORM elsewhere. */
export interface Database {
  readonly pool: Pool;
  readonly dataSource: DataSource;
  /** The PostgreSQL schema of the service; the search path of every connection. */
  readonly schema: string;
}

/** Where time and chance come from; tests hand in their own. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
}
/** `size` unpredictable bytes. */
export type RandomSource = (size: number) => Uint8Array;

/** What a service is given to run in. */
export interface ServiceContext<Config> {
  readonly name: ServiceName;
  readonly config: Config & BaseConfig;
  readonly database: Database;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Where spill and snapshot files of this service go. */
  readonly dataDir: string;
  /** The 32 secret bytes of the key file, from which the key-encryption keys of the services are derived. */
  readonly masterKey: Uint8Array;
  /** Ends the process (or, in a test, fails it) when the service cannot go on. */
  readonly fail: (error: Error) => void;
}

/** A service as `main.ts`, `apps/platform` and the tests see it. */
export interface ServiceDefinition<Config = object> {
  readonly name: ServiceName;
  readonly config: ConfigSchema<Config>;
  readonly routes: readonly RouteDefinition[];
  readonly migrations: readonly (new () => MigrationInterface)[];
  readonly entities: readonly Type[];
  /** The only wiring of the service. (A method, so that services with settings of their own fit into one list.) */
  module(context: ServiceContext<Config>): DynamicModule;
  /** True where the service goes on serving while its database is away: `/readyz` does not ask for it then. */
  readonly servesWithoutDatabase?: boolean;
  /** Routes that must be served without Nest's pipeline, registered on its Fastify instance before it listens. */
  readonly hotRoutes?: (fastify: FastifyInstance, get: <T>(token: Type<T> | symbol | string) => T) => void;
}
