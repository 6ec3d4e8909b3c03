import { runServices } from './run-services.js';
import type { ServiceDefinition } from './service-definition.js';

/**
 * The whole life of the process of one service: settings, database, start, signals, exit code. `main.ts` is a call of it.
 * With `--validate-config` it only says whether the settings can be used.
 *
 * @param options.bootstrap token of the `Bootstrap` provider; issuance has one
 * @example await runService(metering);
 */
export const runService = (
  definition: ServiceDefinition,
  options: { readonly bootstrap?: symbol } = {},
): Promise<void> =>
  runServices({
    name: definition.name,
    definitions: [definition],
    ...options,
    front: ([service]) => {
      if (service === undefined) throw new Error(`${definition.name} has not been started`);
      return Promise.resolve({ handler: service.handler, onUnreadable: service.onUnreadable });
    },
  });
