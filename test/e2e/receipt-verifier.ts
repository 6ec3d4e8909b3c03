import {
  keySetFromJwks,
  type ReceiptPayload,
  type LicenseTokenClaims,
  verifyLicenseToken,
  verifyReceipt,
} from '@leasehold/tokens';

/** A client that trusts nothing but the key sets, which it fetches by the issuer's URL. */
export interface TokenVerifier {
  /** Throws unless the receipt answers this question. */
  receipt(receipt: string, asked: { readonly nonce: string; readonly domain: string }): Promise<ReceiptPayload>;
  /** Throws unless the token is the tenant's. */
  licenseToken(token: string, tenantId: string): Promise<LicenseTokenClaims>;
}

/** @param keptMs how long a key set is used before it is fetched again, as its `max-age` allows */
export function tokenVerifier(url: string, issuer: string, keptMs = 0): TokenVerifier {
  const kept = new Map<string, { readonly until: number; readonly keys: ReturnType<typeof keySetFromJwks> }>();
  const keysAt = async (path: string): Promise<ReturnType<typeof keySetFromJwks>> => {
    const known = kept.get(path);
    if (known !== undefined && performance.now() < known.until) return known.keys;
    const keys = keySetFromJwks(await (await fetch(`${url}${path}/.well-known/jwks.json`)).json());
    kept.set(path, { until: performance.now() + keptMs, keys });
    return keys;
  };
  return {
    receipt: async (receipt, asked) => {
      const verified = verifyReceipt(receipt, await keysAt(''), { issuer, now: Date.now(), ...asked });
      if (!verified.ok) throw new Error(`the receipt is refused: ${JSON.stringify(verified.refusal)}`);
      return verified.receipt;
    },
    licenseToken: async (token, tenantId) => {
      const expected = { issuer: `${issuer}/t/${tenantId}`, now: Date.now() };
      const verified = verifyLicenseToken(token, await keysAt(`/t/${tenantId}`), expected);
      if (!verified.ok) throw new Error(`the token is refused: ${JSON.stringify(verified.refusal)}`);
      return verified.claims;
    },
  };
}

/** The `kid` of a token or receipt, without believing it. */
export const kidOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8')) as { kid: string }).kid;
