/**
 * The bytes of canonical base64url (RFC 4648 section 5, no padding), `undefined` for anything else. Node's decoder
 * forgives spaces, padding, the other alphabet and stray bits; encoding again shows it.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

/** Base64url of a text's UTF-8 bytes. */
export const encodeBase64url = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');
