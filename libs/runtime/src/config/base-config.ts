import type { ServiceName } from '@leasehold/contracts';
import { type ConfigSchema, defineConfig } from './config-schema.js';
import { setting } from './setting.js';

/** What every service can be told. */
export interface BaseConfig {
  readonly port: number;
  /** Address to bind. */
  readonly host: string;
  readonly dataDir: string;
  /** The database of all services; the embedded PostgreSQL when absent. */
  readonly databaseUrl: string | undefined;
  /** The database of this service, when it is not the common one. */
  readonly serviceDatabaseUrl: string | undefined;
  /** The database of the event log, when it is not the common one. */
  readonly logDatabaseUrl: string | undefined;
  readonly databasePoolSize: number;
  readonly kafkaBrokers: readonly string[];
  /** Without a slash at the end. Issuer of receipts and of the links in answers. */
  readonly publicUrl: string;
  readonly keyFile: string | undefined;
  readonly logLevel: LogLevel;
  readonly jwksMaxAgeSeconds: number;
  /** Peers whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** As read: the public URL may hang on the port. */
export type RawBaseConfig = Omit<BaseConfig, 'publicUrl'> & { readonly publicUrl: string | undefined };

const POSTGRES = ['postgres', 'postgresql'];

const shared = {
  port: setting.integer({
    env: 'LEASEHOLD_PORT',
    default: 8080,
    max: 65_535,
    description: 'Port of the API, the documentation and the probes; 0 takes a free one.',
  }),
  host: setting.string({ env: 'LEASEHOLD_HOST', default: '0.0.0.0', description: 'Address to listen on.' }),
  dataDir: setting.string({
    env: 'LEASEHOLD_DATA_DIR',
    default: '.leasehold',
    description: 'Folder of the embedded PostgreSQL, the key file and spill files.',
  }),
  databaseUrl: setting.url({
    env: 'LEASEHOLD_DATABASE_URL',
    protocols: POSTGRES,
    secret: true,
    description: 'PostgreSQL to use instead of the embedded one; migrated by `npm run migrate`.',
  }),
  logDatabaseUrl: setting.url({
    env: 'LEASEHOLD_LOG_DATABASE_URL',
    protocols: POSTGRES,
    secret: true,
    description: 'PostgreSQL of the event log, when it is not that of LEASEHOLD_DATABASE_URL.',
  }),
  databasePoolSize: setting.integer({
    env: 'LEASEHOLD_DATABASE_POOL_SIZE',
    default: 10,
    min: 2,
    max: 500,
    description:
      'Most connections that a service opens to its database for its fast paths; management reads have five more.',
  }),
  kafkaBrokers: setting.list({
    env: 'LEASEHOLD_KAFKA_BROKERS',
    description: 'Reserved for Apache Kafka as the event log; refused until this version has the driver.',
  }),
  publicUrl: setting.url({
    env: 'LEASEHOLD_PUBLIC_URL',
    isBase: true,
    defaultText: 'http://localhost:<port>',
    description: 'URL at which the API is reached from outside: issuer of tokens and receipts, base of links.',
  }),
  keyFile: setting.string({
    env: 'LEASEHOLD_KEY_FILE',
    defaultText: '<data dir>/key',
    description: 'File with the key-encryption key: 32 bytes in base64. Made on the first start when not set.',
  }),
  logLevel: setting.enumeration({
    env: 'LEASEHOLD_LOG_LEVEL',
    values: ['debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    description: 'Least severe log lines that are written.',
  }),
  jwksMaxAgeSeconds: setting.integer({
    env: 'LEASEHOLD_JWKS_MAX_AGE_SECONDS',
    default: 300,
    min: 1,
    max: 86_400,
    description: 'How long verifiers may keep a key set; a scheduled key is used after twice that time.',
  }),
  trustedProxies: setting.cidrs({
    env: 'LEASEHOLD_TRUSTED_PROXIES',
    description: 'Proxies whose X-Forwarded-For header is believed.',
  }),
} as const;

/** The settings that every service has; one database URL is named after the service. */
export const baseConfigOf = (service: ServiceName): ConfigSchema<RawBaseConfig> =>
  defineConfig({
    ...shared,
    serviceDatabaseUrl: setting.url({
      env: `LEASEHOLD_${service.toUpperCase() as Uppercase<ServiceName>}_DATABASE_URL`,
      protocols: POSTGRES,
      secret: true,
      description: `PostgreSQL of ${service}, when it is not that of LEASEHOLD_DATABASE_URL.`,
    }),
  });

/** Fills in what hangs on other settings; `port` is the one that is really listened on, where the settings say 0. */
export const completeConfig = <Config extends RawBaseConfig>(raw: Config, port = raw.port): Config & BaseConfig => ({
  ...raw,
  publicUrl: raw.publicUrl ?? `http://localhost:${port}`,
});
