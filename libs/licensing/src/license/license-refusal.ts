/** Every reason for which a command on a license is refused. */
export const LICENSE_REFUSAL_CODES = [
  'license.not_found',
  'license.already_exists',
  'license.transition_refused',
  'license.too_large',
  'license.time_range_invalid',
  'license.plan_product_mismatch',
  'license.domain_invalid',
  'license.domain_public_suffix',
  'license.domain_limit',
  'license.domain_kind_not_allowed',
  'license.domain_already_bound',
  'license.domain_not_bound',
  'license.domain_move_cooldown',
] as const;

export type LicenseRefusalCode = (typeof LICENSE_REFUSAL_CODES)[number];

/** A refused command, as a value. `detail` is a sentence that may be shown to the caller. */
export interface LicenseRefusal {
  readonly code: LicenseRefusalCode;
  readonly detail: string;
}
