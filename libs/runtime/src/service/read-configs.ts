import type { Logger } from 'pino';
import { type RawBaseConfig, baseConfigOf } from '../config/base-config.js';
import { maskedConfig } from '../config/describe-config.js';
import type { Environment } from '../config/environment.js';
import { loadConfig } from '../config/load-config.js';
import { unreadVariables } from '../config/unread-variables.js';
import type { ServiceDefinition } from './service-definition.js';

/** A service of a process, with its settings as they were read. */
export interface ConfiguredService {
  readonly definition: ServiceDefinition;
  readonly raw: RawBaseConfig;
}

export interface ReadConfigs {
  readonly services: readonly ConfiguredService[];
  /** The settings of the process itself: those that all its services share. */
  readonly shared: RawBaseConfig;
  /** By variable, for the start-up line. */
  readonly masked: Readonly<Record<string, unknown>>;
  /** Names of variables that look like settings and are none. */
  readonly unread: readonly string[];
}

/** Reads the settings of all services of a process at once; a violation that several services share comes once. */
export function readConfigs(
  definitions: readonly ServiceDefinition[],
  environment: Environment,
): ReadConfigs | { readonly violations: readonly string[] } {
  const violations = new Set<string>();
  const services: ConfiguredService[] = [];
  let masked: Record<string, unknown> = {};
  for (const definition of definitions) {
    const schemas = [baseConfigOf(definition.name), definition.config] as const;
    const loaded = loadConfig(schemas, environment);
    if ('violations' in loaded) {
      for (const violation of loaded.violations) violations.add(violation);
    } else {
      services.push({ definition, raw: loaded.config });
      masked = { ...masked, ...maskedConfig(schemas, { ...loaded.config }) };
    }
  }
  const shared = services[0]?.raw;
  if (violations.size > 0 || shared === undefined) return { violations: [...violations] };
  const unread = unreadVariables(
    definitions.map(({ config }) => config),
    environment,
  );
  return { services, shared, masked, unread };
}

/** What is misspelled has no effect, and nothing else would say so. */
export function warnOfUnread(unread: readonly string[], logger: Logger): void {
  if (unread.length > 0) logger.warn({ variables: unread }, 'these variables are not read: check how they are spelled');
}
