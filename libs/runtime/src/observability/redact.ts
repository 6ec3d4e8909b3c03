const MASK = '***';

/** Secrets by their look, wherever they stand in a line. */
const BY_LOOK: readonly RegExp[] = [
  /\blh_(?:sk|pk|op)_[0-9a-z]{8,}/g,
  /\bwhsec_[A-Za-z0-9+/=_-]{8,}/g,
  /\bwhsk_[A-Za-z0-9+/=_-]{8,}/g,
  /\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)*/g,
  /\bBearer\s+[A-Za-z0-9._~+/=-]+/g,
];

/** Passwords in URLs; user and host stay readable. */
const URL_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@"\\]*):[^\s/@"\\]+@/g;

/** Members of a JSON line that hold secrets by their name, whatever they look like. */
const BY_NAME =
  /"(authorization|cookie|set-cookie|password|secret|secretKey|operatorKey|publishableKey|token|privateKey|masterKey|apiKey|email)":"(?:[^"\\]|\\.)*"/gi;

/**
 * A log line without secrets. Works on the written line, so that nothing a caller, a library or an error's message puts
 * into it gets past.
 */
export function redact(line: string): string {
  let text = line;
  for (const look of BY_LOOK) text = text.replace(look, MASK);
  return text.replace(URL_PASSWORD, `$1:${MASK}@`).replace(BY_NAME, `"$1":"${MASK}"`);
}
