import type { CanonicalHost, RefusedHost, VerdictCode } from '@leasehold/licensing';
import type { LicenseEntry } from '../license-table/license-entry.js';

/** Longest name there is; a text that is no host is kept to so many characters. */
const LONGEST_DOMAIN = 253;

export interface UsageItem {
  readonly entry: LicenseEntry | undefined;
  readonly code: VerdictCode;
  /** As the caller gave it. */
  readonly domainText: string | undefined;
  readonly host: CanonicalHost | RefusedHost | undefined;
  readonly apiKeyId: string | undefined;
  /** Keyed hash of the client's address. */
  readonly client: string;
  readonly at: number;
}

/** A validation as an item of the contract's `validationBatch`, in JSON. Ids and hosts are ours and need no escapes. */
export function usageItemJson({ entry, code, domainText, host, apiKeyId, client, at }: UsageItem): string {
  let text = '{';
  if (entry !== undefined) {
    const { id, tenantId, productId, bindings } = entry.license;
    text += `"license":"${id}","tenant":"${tenantId}","product":"${productId}",`;
    const bound = code === 'domain_mismatch' ? bindings[0] : undefined;
    if (bound !== undefined) text += `"boundDomain":"${bound.domain}",`;
  }
  if (host?.ok === true) {
    text += `"domain":"${host.host}","environment":"${host.kind === 'name' ? 'production' : 'development'}",`;
  } else if (domainText !== undefined) {
    text += `"domain":${JSON.stringify(domainText.slice(0, LONGEST_DOMAIN))},`;
  }
  if (apiKeyId !== undefined) text += `"apiKey":"${apiKeyId}",`;
  return `${text}"code":"${code}","client":"${client}","at":${at}}`;
}
