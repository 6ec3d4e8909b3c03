import { type Front, prefixTable, type ServiceDefinition, serviceOf } from '@leasehold/runtime';
import type { FrontedService } from './fronted-service.js';
import { openSharedEndpoints } from './shared-endpoints.js';

/**
 * One port for all services: a request goes to the service with the longest prefix of its path, by the table that a
 * gateway is configured from; what belongs to no service alone is answered for all of them together.
 */
export async function openPlatformFront(
  services: readonly FrontedService[],
  definitions: readonly Pick<ServiceDefinition, 'routes'>[],
  publicUrl: string,
): Promise<Front> {
  const shared = await openSharedEndpoints(services, definitions, publicUrl);
  const table = prefixTable(definitions.flatMap(({ routes }) => routes));
  const byName = new Map(services.map((service) => [service.context.name, service]));
  return {
    handler: (request, response) => {
      const name = serviceOf(table, pathOf(request.url ?? '/'));
      const owner = name === undefined ? undefined : byName.get(name);
      (owner ?? shared).handler(request, response);
    },
    onUnreadable: shared.onUnreadable,
  };
}

function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end === -1 ? target : target.slice(0, end);
}
