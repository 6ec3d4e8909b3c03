import type { LicenseContext } from '../src/licenses/license-context.js';
import type { LicenseContexts } from '../src/licenses/read-contexts.js';

export const contextsOf = (...contexts: readonly LicenseContext[]): LicenseContexts =>
  new Map(contexts.map((context): [string, LicenseContext] => [context.licenseId, context]));
