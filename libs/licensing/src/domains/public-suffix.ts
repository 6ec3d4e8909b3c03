import { getPublicSuffix } from 'tldts';

const OPTIONS = {
  allowPrivateDomains: true,
  extractHostname: false,
  validateHostname: false,
  detectIp: false,
} as const;

/**
 * Whether a canonical host is a public suffix, by the ICANN or the private section of the list: names below it belong
 * to different owners. A single label that the list does not know counts as one.
 */
export const isPublicSuffix = (host: string): boolean => getPublicSuffix(host, OPTIONS) === host;
