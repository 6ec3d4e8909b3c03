import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { joinOrStartPostgres } from '@leasehold/embedded-postgres';
import type { EventLog } from '@leasehold/messaging';
import { Client } from 'pg';
import type { BaseConfig } from '../config/base-config.js';
import type { SchemaOwner } from '../database/database-names.js';
import { LOG_SCHEMA } from '../database/log-schema.js';
import { type MigratedSchema, migrateAll } from '../database/migrate-all.js';
import { openLog } from '../database/open-log.js';
import { waitForDatabase } from '../database/wait-for-database.js';
import { openDataFolder } from './data-folder.js';
import { readMasterKey } from './key-file.js';
import type { ProcessLife } from './process-life.js';
import { StartFailure } from './start-failure.js';

/** What services stand on in a process: databases, the event log, the master key. */
export interface Backing {
  readonly dataDir: string;
  readonly masterKey: Uint8Array;
  readonly databaseUrlOf: (owner: SchemaOwner) => string;
  readonly log: EventLog;
}

/** A schema that this process uses, with the settings that say where it is. */
export interface BackedSchema extends MigratedSchema {
  readonly config: BaseConfig;
}

/**
 * Opens the data folder, the embedded PostgreSQL (or the databases the settings name) and the event log. The embedded
 * database is migrated here; any other is migrated by its operator.
 *
 * @param port where this process listens: names it among the readers of the log
 */
export async function openBacking(life: ProcessLife, schemas: readonly BackedSchema[], port: number): Promise<Backing> {
  const [{ config } = { config: undefined }] = schemas;
  if (config === undefined) throw new Error('a process without services has no backing');
  if (config.kafkaBrokers.length > 0) {
    throw new StartFailure(
      'LEASEHOLD_KAFKA_BROKERS is set, but this version has no Kafka driver yet: leave it unset to use the log in PostgreSQL.',
    );
  }
  const dataDir = openDataFolder(config.dataDir);
  const masterKey = readMasterKey(dataDir, config.keyFile, randomBytes);
  const all: readonly BackedSchema[] = [{ ...LOG_SCHEMA, config }, ...schemas];
  const external = new Map(all.map(({ name, config: own }) => [name, externalUrl(name, own)]));
  const embeddedUrl = [...external.values()].includes(undefined) ? await startEmbedded(life, dataDir) : undefined;
  const databaseUrlOf = (owner: SchemaOwner): string => {
    const url = external.get(owner) ?? embeddedUrl;
    if (url === undefined) throw new Error(`no database for ${owner}`);
    return url;
  };
  for (const url of new Set([...external.values()].filter((one) => one !== undefined))) await waitForDatabase(url);
  await migrateAll(
    all.filter(({ name }) => external.get(name) === undefined),
    databaseUrlOf,
    life.logger,
  );
  const instanceId = `${hostname()}:${port}`;
  const log = await openLog({ url: databaseUrlOf('log'), instanceId, logger: life.logger });
  life.defer(() => log.close());
  return { dataDir, masterKey, databaseUrlOf, log };
}

/** Where the settings put a schema; `undefined` stands for the embedded database. */
export function externalUrl(owner: SchemaOwner, config: Omit<BaseConfig, 'publicUrl'>): string | undefined {
  return (owner === 'log' ? config.logDatabaseUrl : config.serviceDatabaseUrl) ?? config.databaseUrl;
}

async function startEmbedded(life: ProcessLife, dataDir: string): Promise<string> {
  const postgres = await joinOrStartPostgres({ dir: join(dataDir, 'postgres') });
  const { ended } = postgres.joined ? await watchConnection(life, postgres.url()) : { ended: postgres.exited };
  let wanted = false;
  life.defer(() => {
    wanted = true;
    return postgres.stop();
  });
  void ended.then(() => {
    if (!wanted) life.fail(new Error('the embedded PostgreSQL ended'));
  });
  return postgres.url();
}

/** A server that another process owns goes when that process goes, and comes back elsewhere: only a new start finds it. */
async function watchConnection(life: ProcessLife, url: string): Promise<{ readonly ended: Promise<void> }> {
  const client = new Client({ connectionString: url, keepAlive: true });
  const ended = new Promise<void>((resolve) => {
    client.on('error', () => resolve());
    client.on('end', () => resolve());
  });
  await client.connect();
  life.defer(() => client.end());
  return { ended };
}
