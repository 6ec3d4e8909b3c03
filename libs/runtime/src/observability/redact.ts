const MASK = '***';

/** Secrets by their look, wherever they stand: after the `n` of an escaped line break too, so no word boundaries. */
const BY_LOOK: readonly RegExp[] = [
  /lh_(?:sk|pk|op)_[0-9a-z]{8,}/gi,
  /whs(?:ec|k)_[A-Za-z0-9+/=_-]{8,}/g,
  /eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)*/g,
  /Bearer\s+[A-Za-z0-9._~+/=-]+/gi,
];

/** Passwords in URLs; user and host stay readable. */
const URL_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@"\\]*):[^\s/@"\\]+@/gi;

/** Members of a JSON line that hold secrets by their name, whatever they look like: a text, or a list of texts. */
const BY_NAME =
  /"(authorization|cookie|set-cookie|password|secret|secretKey|operatorKey|publishableKey|token|privateKey|masterKey|apiKey|email)":(?:"(?:[^"\\]|\\.)*"|\[(?:"(?:[^"\\]|\\.)*",?)*\])/gi;

/**
 * A log line without secrets. Works on the written line, so that nothing a caller, a library or an error's message puts
 * into it gets past.
 */
export function redact(line: string): string {
  let text = line;
  for (const look of BY_LOOK) text = text.replace(look, MASK);
  // at every letter it looks for a URL to its right: worth it only where there is one
  if (text.includes('://')) text = text.replace(URL_PASSWORD, `$1:${MASK}@`);
  return text.replace(BY_NAME, `"$1":"${MASK}"`);
}
