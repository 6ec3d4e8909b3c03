import { hash } from 'node:crypto';
import type { LicenseTokenClaims } from '../src/license-token.js';
import type { RandomSource } from '../src/random-source.js';
import type { ReceiptPayload } from '../src/receipt-payload.js';
import { generateSigningKey } from '../src/signing-key.js';

/** A repeatable stream of bytes: SHA-256 in counter mode. */
export function seeded(seed: string): RandomSource {
  let drawn = 0;
  return (size) => {
    const blocks: Buffer[] = [];
    for (let have = 0; have < size; have += 32) blocks.push(hash('sha256', `${seed}/${drawn++}`, 'buffer'));
    return Buffer.concat(blocks).subarray(0, size);
  };
}

export const NOW = Date.UTC(2026, 5, 1);
export const NOW_SECONDS = NOW / 1000;
export const DAY_SECONDS = 86_400;

export const licenseKey = generateSigningKey('license', seeded('license'));
export const otherLicenseKey = generateSigningKey('license', seeded('other license'));
export const receiptKey = generateSigningKey('receipt', seeded('receipt'));
export const otherReceiptKey = generateSigningKey('receipt', seeded('other receipt'));

export const ISSUER = 'https://licenses.example.com/t/ten_1';
export const PUBLIC_URL = 'https://licenses.example.com';

export const claims: LicenseTokenClaims = {
  iss: ISSUER,
  aud: 'prod_1',
  sub: 'lic_1',
  domain: 'example.com',
  domains: ['example.com', '*.example.org'],
  plan: 'professional',
  features: ['analytics', 'webhooks'],
  limits: { apiCalls: 50_000, seats: 10 },
  iat: NOW_SECONDS - 100,
  exp: NOW_SECONDS + DAY_SECONDS,
  grace: 7 * DAY_SECONDS,
  ver: 3,
  jti: 'tok_1',
};

export const payload: ReceiptPayload = {
  valid: true,
  code: 'valid',
  iss: PUBLIC_URL,
  sub: 'lic_1',
  aud: 'prod_1',
  domain: 'app.example.com',
  environment: 'production',
  plan: 'professional',
  features: ['analytics'],
  limits: { apiCalls: 50_000 },
  grace: false,
  expiresAt: NOW_SECONDS + 30 * DAY_SECONDS,
  nonce: 'bm9uY2Utbm9uY2Utbm9uY2U',
  jti: 'c2FsdC1zYWx0LXNhbHQ',
  iat: NOW_SECONDS,
  fresh_until: NOW_SECONDS + 300,
  exp: NOW_SECONDS + DAY_SECONDS,
};

export const base64url = (value: string | Uint8Array): string => Buffer.from(value).toString('base64url');
