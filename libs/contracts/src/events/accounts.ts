import { z } from 'zod';
import { instant } from '../http/values.js';

/** State of accounts: what every service but issuance knows about tenants, keys and plans. */

/** Owner of what belongs to nobody's tenant: receipt keys, the operator key. */
export const PLATFORM_TENANT = 'platform';

export const rate = z.object({ perSecond: z.number(), burst: z.int() });

export const tenantAccount = z.object({ id: z.string(), name: z.string(), createdAt: instant });

export const apiKeyAccount = z.object({
  id: z.string(),
  /** `platform` for the operator key. */
  tenantId: z.string(),
  kind: z.enum(['secret', 'publishable', 'operator']),
  /** SHA-256 of the key, hex. */
  hash: z.string(),
  scopes: z.array(z.string()),
  rate: rate.nullable(),
  createdAt: instant,
});

export const productAccount = z.object({ id: z.string(), tenantId: z.string(), name: z.string(), createdAt: instant });

export const planAccount = z.object({
  id: z.string(),
  tenantId: z.string(),
  productId: z.string(),
  name: z.string(),
  limits: z.record(z.string(), z.int()),
  createdAt: instant,
});

export const signingKeyStatus = z.enum(['pending', 'active', 'retiring', 'retired', 'compromised']);

export const publicKeyAccount = z.object({
  kid: z.string(),
  /** `platform` for receipt keys. */
  tenantId: z.string(),
  purpose: z.enum(['license', 'receipt', 'status']),
  /** The public JWK: `{kty: "OKP", crv: "Ed25519", x}`. */
  jwk: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
  status: signingKeyStatus,
  createdAt: instant,
  /** When it is used from; before that it is only published. */
  activatesAt: instant.nullable(),
  /** When it leaves the key set. */
  retiresAt: instant.nullable(),
});

/** A private key that another service signs with, as ciphertext only. */
export const serviceKey = z.object({
  kid: z.string(),
  purpose: z.enum(['receipt', 'status']),
  jwk: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
  /** Ciphertext of the private key under the key-encryption key of the service that uses it. */
  ciphertext: z.string(),
  status: signingKeyStatus,
  createdAt: instant,
  activatesAt: instant.nullable(),
  retiresAt: instant.nullable(),
});

export type TenantAccount = z.output<typeof tenantAccount>;
export type ApiKeyAccount = z.output<typeof apiKeyAccount>;
export type ProductAccount = z.output<typeof productAccount>;
export type PlanAccount = z.output<typeof planAccount>;
export type PublicKeyAccount = z.output<typeof publicKeyAccount>;
export type ServiceKey = z.output<typeof serviceKey>;

/** Key of a record of the accounts topic; the partition is that of the tenant. */
export const accountKey = (tenantId: string, kind: string, id: string): string => `${tenantId}/${kind}/${id}`;
