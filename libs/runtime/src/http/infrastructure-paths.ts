/** What every service serves beside its routes: open to all, without a contract. */
const INFRASTRUCTURE_PATHS: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics', '/version']);

export const isInfrastructurePath = (path: string | undefined): boolean =>
  path !== undefined && INFRASTRUCTURE_PATHS.has(path);
