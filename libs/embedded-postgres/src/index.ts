export { POSTGRES_MAJOR } from './binaries.js';
export { EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from './embedded-postgres-error.js';
export { freePort } from './free-port.js';
export { joinOrStartPostgres } from './join-or-start-postgres.js';
export { type EmbeddedPostgres, type PostgresOptions, startPostgres } from './start-postgres.js';
