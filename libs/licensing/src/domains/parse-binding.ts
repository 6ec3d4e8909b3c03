import type { Environment } from '../license/license.js';
import type { LicenseRefusal } from '../license/license-refusal.js';
import type { BindingKind } from '../plans/plan.js';
import { canonicalizeHost, hasDevelopmentEnvironment, type HostRefusalReason } from './canonicalize-host.js';
import { isPublicSuffix } from './public-suffix.js';

/** A binding as asked for, in canonical form. */
export interface ParsedBinding {
  /** `example.com`, `*.example.com` or `**.example.com`. */
  readonly domain: string;
  readonly kind: BindingKind;
  readonly www: boolean;
  readonly environment: Environment;
}

const PREFIXES: Readonly<Record<BindingKind, string>> = { exact: '', wildcard: '*.', subtree: '**.' };

const REASONS: Readonly<Record<HostRefusalReason, string>> = {
  empty: 'it is empty',
  too_long: 'it is longer than a host name can be',
  forbidden_character: 'it has a character that no host name has (give the host only, without scheme, path or user)',
  port: 'what follows its colon is not a port (give the host only, without scheme, path or user)',
  label: 'each of its labels must have 1 to 63 letters, digits or hyphens and no hyphen at an end',
  idna: 'it is not a valid internationalized domain name',
  ip_address: 'it is an address, and only loopback and private addresses in canonical spelling are accepted',
};

const kindOf = (domain: string): BindingKind => {
  if (domain.startsWith(PREFIXES.subtree)) return 'subtree';
  return domain.startsWith(PREFIXES.wildcard) ? 'wildcard' : 'exact';
};

const refused = (code: LicenseRefusal['code'], detail: string): { refusal: LicenseRefusal } => ({
  refusal: { code, detail },
});

/**
 * Reads the domain of a binding: a host, or `*.` (one label below) or `**.` (the host and all below) in front of one.
 *
 * Refused with `license.domain_invalid` when the host cannot be canonicalized or an address has a wildcard, with
 * `license.domain_public_suffix` when names below the host belong to different owners (`*.co.uk`, `github.io`).
 */
export const parseBinding = (
  domain: string,
  www: boolean,
): { readonly binding: ParsedBinding } | { readonly refusal: LicenseRefusal } => {
  const kind = kindOf(domain);
  const host = canonicalizeHost(domain.slice(PREFIXES[kind].length));
  if (!host.ok) return refused('license.domain_invalid', `The domain cannot be used: ${REASONS[host.reason]}.`);
  const isAddress = host.kind === 'loopback' || host.kind === 'private';
  if (isAddress && kind !== 'exact')
    return refused('license.domain_invalid', 'The domain cannot be used: an address has no names below it.');
  const development = hasDevelopmentEnvironment(host);
  if (!development && isPublicSuffix(host.host))
    return refused(
      'license.domain_public_suffix',
      `${host.host} is a public suffix: names below it belong to different owners. Bind a name below it.`,
    );
  return {
    binding: {
      domain: PREFIXES[kind] + host.host,
      kind,
      www: www && kind === 'exact' && !isAddress,
      environment: development ? 'development' : 'production',
    },
  };
};
