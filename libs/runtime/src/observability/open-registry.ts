import { collectDefaultMetrics, Registry } from 'prom-client';

/**
 * A registry whose samples carry the name of their service, or `platform`.
 * @param options.ofProcess also what Node says of its process; once in a process
 */
export function openRegistry(service: string, { ofProcess }: { readonly ofProcess: boolean }): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (ofProcess) collectDefaultMetrics({ register: registry });
  return registry;
}
