const LONGEST_MS = 6 * 3_600_000;

// RFC 9110, section 5.6.7: the one form of a date that senders may use
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Reads `Retry-After` (RFC 9110, section 10.2.3): seconds or a date. At most six hours from now, so that no receiver can
 * put its webhooks off for ever.
 * @returns epoch milliseconds; `undefined` for what is neither, and for what has passed
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const at = /^\d{1,10}$/.test(text)
    ? now + Number(text) * 1_000
    : HTTP_DATE.test(text)
      ? Date.parse(text)
      : Number.NaN;
  return at > now ? Math.min(at, now + LONGEST_MS) : undefined;
}
