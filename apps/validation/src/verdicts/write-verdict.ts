import { type License, type MeterUsage, validUntil, type Verdict } from '@leasehold/licensing';
import { receiptTimes } from '@leasehold/tokens';
import type { LicenseEntry } from '../license-table/license-entry.js';
import { fitsReceipt } from '../receipts/receipt-desk.js';
import type { TimeText } from './time-text.js';

/** A verdict and what it was about. */
export interface Judged {
  readonly verdict: Verdict;
  /** The license, where the caller may know which one it is. */
  readonly entry: LicenseEntry | undefined;
  /** Canonical host that was asked about. */
  readonly host: string | undefined;
  readonly usage: readonly MeterUsage[];
  readonly nonce: string;
  readonly now: number;
  readonly stale: boolean;
  /** Whether the caller may read why a license is suspended. */
  readonly showsReasons: boolean;
}

/** An answer up to its receipt, and what the receipt has to say. */
export interface WrittenVerdict {
  /** JSON of the answer, to be closed by {@link withReceipt}. */
  readonly head: string;
  readonly payload: string;
}

/** What the texts of all answers need. */
export interface Pen {
  /** Public URL, as JSON. */
  readonly issuer: string;
  /** A new salt. */
  readonly salt: () => string;
  readonly timeText: TimeText;
}

const PLAIN = /^[A-Za-z0-9_\-+/=.~:]*$/;
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));
const seconds = (instant: number): number => Math.floor(instant / 1_000);

/** The whole answer. A receipt needs no escapes. */
export const withReceipt = (head: string, receipt: string): string => `${head}"receipt":"${receipt}"}`;

/**
 * Writes answer and receipt by hand: the texts of a license that are the same every time are ready, ids and canonical
 * hosts need no escapes, and nothing is built only to be serialized.
 */
export function writeVerdict(judged: Judged, pen: Pen): WrittenVerdict {
  const nonce = quoted(judged.nonce);
  return judged.verdict.valid && judged.entry !== undefined
    ? writeGrant(judged, judged.verdict, judged.entry, nonce, pen)
    : writeDenial(judged, nonce, pen);
}

function writeGrant(
  { usage, now }: Judged,
  verdict: Extract<Verdict, { valid: true }>,
  entry: LicenseEntry,
  nonce: string,
  { issuer, salt, timeText }: Pen,
): WrittenVerdict {
  const { license, terms, expiresAt } = entry;
  const { domain, matchedDomain, assurance, environment, grace, graceEndsAt, warnings } = verdict;
  const graceEnd = graceEndsAt === null ? '' : `,"graceEndsAt":"${timeText(graceEndsAt)}"`;
  const head =
    `{"valid":true,"code":"valid","licenseId":"${license.id}","domain":"${domain}","matchedDomain":"${matchedDomain}",` +
    `"assurance":"${assurance}","environment":"${environment}",${terms}${usageMember(usage, timeText)},` +
    `"grace":${grace}${graceEnd},"expiresAt":${expiresAt},"nonce":${nonce},"checkedAt":"${timeText(now)}",` +
    `"warnings":${warnings.length === 0 ? '[]' : JSON.stringify(warnings)},`;

  const { iat, fresh_until, exp } = receiptTimes({ now, valid: true, ...endOf(license) });
  const ends = `${license.expiresAt === null ? '' : `"expiresAt":${seconds(license.expiresAt)},`}${
    graceEndsAt === null ? '' : `"graceEndsAt":${seconds(graceEndsAt)},`
  }`;
  const begin =
    `{"valid":true,"code":"valid","iss":${issuer},"sub":"${license.id}","aud":"${license.productId}",` +
    `"domain":"${domain}","environment":"${environment}",`;
  const rest =
    `"grace":${grace},${ends}"nonce":${nonce},"jti":"${salt()}",` +
    `"iat":${iat},"fresh_until":${fresh_until},"exp":${exp}}`;
  const payload = `${begin}${terms},${rest}`;
  // a license of very many features has a receipt without them; the answer has them all
  return { head, payload: fitsReceipt(payload) ? payload : begin + rest };
}

function writeDenial(
  { verdict, entry, host, usage, now, stale, showsReasons }: Judged,
  nonce: string,
  { issuer, salt, timeText }: Pen,
): WrittenVerdict {
  const { code } = verdict;
  const license = entry?.license;
  let head = `{"valid":false,"code":"${code}",`;
  let subject = '';
  if (entry !== undefined && license !== undefined) {
    head += `"licenseId":"${license.id}",`;
    subject = `"sub":"${license.id}","aud":"${license.productId}",`;
  }
  const domain = host === undefined ? '' : `"domain":"${host}",`;
  head += domain;
  if (code === 'suspended' && showsReasons) head += `"reasons":${JSON.stringify(license?.suspensions ?? [])},`;
  if (code === 'usage_exceeded') head += `${usageMember(usage, timeText, 0).slice(1)},`;
  head += '"grace":false,';
  if (entry !== undefined) head += `"expiresAt":${entry.expiresAt},`;
  head += `"nonce":${nonce},"checkedAt":"${timeText(now)}","warnings":${stale ? '["stale_state"]' : '[]'},`;

  const { iat, fresh_until, exp } = receiptTimes({ now, valid: false });
  const payload =
    `{"valid":false,"code":"${code}","iss":${issuer},${subject}${domain}"nonce":${nonce},"jti":"${salt()}",` +
    `"iat":${iat},"fresh_until":${fresh_until},"exp":${exp}}`;
  return { head, payload };
}

const NO_END = {};

const endOf = (license: License): { readonly endsAt?: number } => {
  const endsAt = validUntil(license);
  return endsAt === null ? NO_END : { endsAt };
};

/** `,"usage":{…}`, or nothing. A refused call is not among what was used. */
function usageMember(usage: readonly MeterUsage[], timeText: TimeText, thisCall = 1): string {
  let text = '';
  for (const { meter, used, limit, resetsAt } of usage) {
    const counted = used - 1 + thisCall;
    const remaining = Math.max(0, limit - counted);
    text += `${text === '' ? '' : ','}"${meter}":{"used":${counted},"remaining":${remaining},"resetsAt":"${timeText(resetsAt)}"}`;
  }
  return text === '' ? '' : `,"usage":{${text}}`;
}
