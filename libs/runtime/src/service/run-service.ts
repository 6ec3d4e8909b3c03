import type { ServiceDefinition } from './service-definition.js';

/**
 * The whole life of a service's process: settings, database, start, signals, exit code. `main.ts` is a call of it.
 * @example await runService(issuance);
 */
export function runService<Config extends object>(definition: ServiceDefinition<Config>): Promise<void> {
  return Promise.reject(new Error(`not yet: ${definition.name}`));
}
