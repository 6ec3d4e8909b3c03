import type { Readiness } from '@leasehold/runtime';

/** The platform is ready when all its services are; each check is named after the service it belongs to. */
export function mergeReadiness(parts: readonly (readonly [service: string, readiness: Readiness])[]): Readiness {
  const details = Object.fromEntries(
    parts.flatMap(([service, { report }]) =>
      Object.entries(report.details).map(([check, detail]) => [`${service}.${check}`, detail]),
    ),
  );
  const unready = parts.find(([, { ready }]) => !ready);
  return { ready: unready === undefined, report: { status: unready?.[1].report.status ?? 'ok', details } };
}
