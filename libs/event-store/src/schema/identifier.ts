const PLAIN = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Gives the name back if it is safe to stand in SQL text, quoted.
 * @throws {TypeError} anything but lower-case letters, digits and underscores
 */
export function identifier(name: string): string {
  if (!PLAIN.test(name)) throw new TypeError(`not a plain SQL identifier: ${JSON.stringify(name)}`);
  return `"${name}"`;
}
