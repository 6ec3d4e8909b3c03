import type { LicenseState } from '@leasehold/contracts';
import { type EnforcementMode, type Instant, type Period, periodOf, type PeriodRule } from '@leasehold/licensing';

/** Counted by validations; the others are counted by what is posted. */
export const API_CALLS = 'apiCalls';
/** Stands among the limits of a license, but is taken and given back, and so not counted. */
const SEATS = 'seats';

/** What counting has to know of a license. */
export interface LicenseContext {
  readonly licenseId: string;
  readonly tenantId: string;
  readonly productId: string;
  readonly version: number;
  readonly startsAt: Instant;
  readonly period: PeriodRule;
  readonly limits: Readonly<Record<string, number>>;
  readonly enforcement: Readonly<Record<string, EnforcementMode>>;
  readonly revoked: boolean;
}

export const contextOf = (state: LicenseState): LicenseContext => ({
  licenseId: state.id,
  tenantId: state.tenantId,
  productId: state.productId,
  version: state.version,
  startsAt: state.startsAt,
  period: state.period,
  limits: state.limits,
  enforcement: state.enforcement,
  revoked: state.revokedAt !== null,
});

export const periodAt = ({ period, startsAt }: LicenseContext, at: Instant): Period => periodOf(period, startsAt, at);

/** The limit of a meter; undefined where the license has none. (A meter may be called `constructor`.) */
export const limitOf = ({ limits }: LicenseContext, meter: string): number | undefined =>
  meter !== SEATS && Object.hasOwn(limits, meter) ? limits[meter] : undefined;

/** A meter is built in, or named among the license's limits. */
export const hasMeter = (context: LicenseContext, meter: string): boolean =>
  meter === API_CALLS || limitOf(context, meter) !== undefined;

/** Whether validators are told the balance of the meter: only a limit that is enforced needs one. */
export const isEnforced = (context: LicenseContext, meter: string): boolean =>
  !context.revoked && limitOf(context, meter) !== undefined && Object.hasOwn(context.enforcement, meter);

export const enforcedMeters = (context: LicenseContext): readonly string[] =>
  Object.keys(context.enforcement).filter((meter) => isEnforced(context, meter));
