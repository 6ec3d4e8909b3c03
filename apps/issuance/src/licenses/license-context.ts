import type { Pool } from 'pg';
import type { PlanLookup } from '../plans/plan-lookup.js';
import type { Secrets } from '../secrets/secrets.js';
import type { LicenseSigningKeys } from '../signing-keys/license-signing-keys.js';
import type { WritePath } from '../store/write-path.js';
import type { LoadLicense } from './load-license.js';

/** What the use cases of licenses work with; each takes it as its first argument. */
export interface LicenseContext {
  readonly writePath: WritePath;
  readonly pool: Pool;
  readonly loadLicense: LoadLicense;
  readonly secrets: Secrets;
  readonly findPlan: PlanLookup;
  readonly signingKeys: LicenseSigningKeys;
  /** Where the API is reached: what issuers of tokens begin with. */
  readonly publicUrl: string;
}

/** The provider of the service's {@link LicenseContext}. */
export const LICENSE_CONTEXT = Symbol('LICENSE_CONTEXT');
