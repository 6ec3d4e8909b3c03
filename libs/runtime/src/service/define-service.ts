import type { ServiceDefinition } from './service-definition.js';

/** Keeps the types of a service's definition together; see ServiceDefinition for its members. */
export const defineService = <Config extends object>(
  definition: ServiceDefinition<Config>,
): ServiceDefinition<Config> => definition;
