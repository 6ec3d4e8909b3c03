import { DAY_MS, type License } from '@leasehold/licensing';
import type { LicenseTokenClaims } from '@leasehold/tokens';

const SECOND_MS = 1000;
const DAY_SECONDS = DAY_MS / SECOND_MS;

/** Who the tokens of a tenant's licenses are from. */
export const issuerOf = (publicUrl: string, tenantId: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/t/${tenantId}`;

/**
 * What the token of a license says. Only the license's version decides, so that the same version gives the same token:
 * `iat` is when the version came to be. Parts of seconds are dropped so that a token is never good for longer than its license.
 */
export function tokenClaims(license: License, publicUrl: string): LicenseTokenClaims {
  const { id, bindings, startsAt, expiresAt, updatedAt, version } = license;
  const [primary] = bindings;
  return {
    iss: issuerOf(publicUrl, license.tenantId),
    aud: license.productId,
    sub: id,
    ...(primary === undefined ? {} : { domain: primary.domain }),
    ...(bindings.length < 2 ? {} : { domains: bindings.map(({ domain }) => domain) }),
    plan: license.plan,
    features: license.features,
    limits: license.limits,
    iat: Math.floor(updatedAt / SECOND_MS),
    ...(startsAt <= updatedAt ? {} : { nbf: Math.ceil(startsAt / SECOND_MS) }),
    ...(expiresAt === null ? {} : { exp: Math.floor(expiresAt / SECOND_MS) }),
    grace: license.graceDays * DAY_SECONDS,
    ...(license.trial ? { trial: true } : {}),
    ver: version,
    jti: `${id}.${String(version)}`,
  };
}
