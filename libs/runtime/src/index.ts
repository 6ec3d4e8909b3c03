// accounts
export { AccountTable } from './accounts/account-table.js';
// config
export type { BaseConfig } from './config/base-config.js';
export { configPage } from './config/config-page.js';
export { type ConfigOf, type ConfigSchema, defineConfig } from './config/config-schema.js';
export { loadConfig } from './config/load-config.js';
export { migrateConfig } from './config/migrate-config.js';
export { setting } from './config/setting.js';
// database
export { schemaOf } from './database/database-names.js';
export { LOG_SCHEMA } from './database/log-schema.js';
export { migrateAll } from './database/migrate-all.js';
export { openDatabase } from './database/open-database.js';
// observability
export { HealthChecks } from './observability/health-checks.js';
export { mergeMetrics } from './observability/merge-metrics.js';
export { openRegistry } from './observability/open-registry.js';
export { observeRequests } from './observability/observe-requests.js';
export { registerProbes } from './observability/probes.js';
export { createLogger } from './observability/create-logger.js';
export type { Readiness } from './observability/readiness.js';
export type { Logger } from 'pino';
// service
export type { Front } from './service/http-front.js';
export { defineService } from './service/define-service.js';
export { newEventId, newId } from './service/ids.js';
export { prefixTable, serviceOf } from './service/prefix-table.js';
export { type Loop, runEvery } from './service/run-every.js';
export type { Bootstrap, FirstKeys } from './service/first-keys.js';
export { runMigrate } from './service/run-migrate.js';
export { runService } from './service/run-service.js';
export { runServices } from './service/run-services.js';
export type { Clock, Database, RandomSource, ServiceContext, ServiceDefinition } from './service/service-definition.js';
export { CLOCK, CONFIG, DATABASE, LOGGER, SERVICE_CONTEXT } from './service/service-tokens.js';
export { VERSION } from './service/version.js';
export { type RunningService, startService } from './service/start-service.js';
// http
export { answer, type Answered, entityTag } from './http/answer.js';
export { AUTHENTICATOR, type Authenticator, type Caller } from './http/caller.js';
export { decodeCursor } from './http/cursor.js';
export { registerDocs } from './http/docs-pages.js';
export { HttpAdapter } from './http/http-adapter.js';
export { Idempotency } from './http/idempotency.js';
export type { IdempotencyEntry, IdempotencyRow } from './http/idempotency-entry.js';
export { IDEMPOTENCY_TABLE, idempotencyMigrationSql } from './http/idempotency-table.js';
export { CallerOf, IdempotencyOf, IfMatch, Input } from './http/input-decorators.js';
export { type KeepAnswer, keepAnswer } from './http/keep-answer.js';
export { mergeOpenApi } from './http/merge-open-api.js';
export { buildOpenApi, type OpenApiDocument } from './http/open-api.js';
export { cursorTime, type Page, pageOf, type PageRequest } from './http/page.js';
export { problemBody } from './http/problem.js';
export { ProblemError } from './http/problem-error.js';
export { nextRequestId } from './http/request-id.js';
export { Route } from './http/route-decorator.js';
export { tenantOf } from './http/tenant-of.js';
