import type { RouteDefinition, ServiceName } from '@leasehold/contracts';

/** Requests whose path begins with `prefix` (at a `/` or its end) belong to `service`; the longest prefix wins. */
export interface PrefixEntry {
  readonly prefix: string;
  readonly service: ServiceName;
}

/**
 * The routing table of the platform and of any gateway: derived from the routes, without regular expressions, longest
 * prefix first, without entries that a shorter one implies.
 *
 * @throws Error when two services claim the same prefix.
 */
export function prefixTable(routes: readonly Pick<RouteDefinition, 'path' | 'service'>[]): PrefixEntry[] {
  const owners = new Map<string, ServiceName>();
  for (const { path, service } of routes) {
    const prefix = staticPrefix(path);
    const owner = owners.get(prefix) ?? service;
    if (owner !== service) throw new Error(`Both ${owner} and ${service} have routes under ${prefix}.`);
    owners.set(prefix, service);
  }
  const longestFirst = [...owners]
    .map(([prefix, service]): PrefixEntry => ({ prefix, service }))
    .sort((a, b) => b.prefix.length - a.prefix.length || (a.prefix < b.prefix ? -1 : 1));
  return longestFirst.filter(({ prefix, service }, at) => {
    const implied = longestFirst.slice(at + 1).find((shorter) => isUnder(prefix, shorter.prefix));
    return implied?.service !== service;
  });
}

/** The service that a path (without its query) belongs to. */
export const serviceOf = (table: readonly PrefixEntry[], path: string): ServiceName | undefined =>
  table.find(({ prefix }) => isUnder(path, prefix))?.service;

/** The part of a route before its first parameter: `/v1/licenses/:id/renew` → `/v1/licenses`. */
const staticPrefix = (path: string): string => path.split('/:', 1).join('') || '/';

const isUnder = (path: string, prefix: string): boolean =>
  path === prefix || (path.startsWith(prefix) && (prefix.endsWith('/') || path[prefix.length] === '/'));
