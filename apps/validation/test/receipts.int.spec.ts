import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { generateLicenseId, verifyReceipt } from '@leasehold/tokens';
import { createLocalJWKSet, compactVerify, type JSONWebKeySet } from 'jose';
import { type Answer, ask } from './ask.js';
import { PUBLIC_URL } from './running-validation.js';
import { ValidationSuite } from './validation-suite.js';

const suite = new ValidationSuite();

describe('a receipt', () => {
  const question = { domain: 'www.example.com', nonce: randomBytes(16).toString('base64url') };
  const expected = { issuer: PUBLIC_URL, domain: question.domain, nonce: question.nonce };

  it('verifies for every verdict, with the key set that is served', async () => {
    const licenses = await Promise.all([
      suite.tell(),
      suite.tell({ suspensions: ['x'] }),
      suite.tell({ expiresAt: null }),
    ]);
    const licenseKeys = [...licenses.map(({ id }) => id), generateLicenseId(randomBytes), 'garbage'];
    const answers = await Promise.all(licenseKeys.map((licenseKey) => ask(suite.url, { ...question, licenseKey })));
    const set = await suite.keySet();
    for (const { body } of answers) {
      const verified = verifyReceipt(String(body['receipt']), set, { ...expected, now: Date.now() });
      expect(verified).toMatchObject({ ok: true, fresh: true, receipt: { valid: body['valid'], code: body['code'] } });
    }
  });

  it('is the answer to no other question', async () => {
    const license = await suite.tell();
    const { body } = await ask(suite.url, { ...question, licenseKey: license.id });
    const receipt = String(body['receipt']);
    const set = await suite.keySet();
    const verdict = (changes: object): boolean =>
      verifyReceipt(receipt, set, { ...expected, now: Date.now(), ...changes }).ok;
    expect(verdict({})).toBe(true);
    expect(verdict({ nonce: 'another' })).toBe(false);
    expect(verdict({ domain: 'example.org' })).toBe(false);
    expect(verdict({ licenseId: 'lic_other' })).toBe(false);
    expect(verdict({ now: Date.now() + 301_000 })).toBe(false);
    expect(verdict({ issuer: 'https://evil.example' })).toBe(false);
  });

  it('shares its signature with the answers of the same moment, and each verifies', async () => {
    const license = await suite.tell();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) =>
        ask(suite.url, { ...question, licenseKey: license.id, nonce: `nonce-${at}` }),
      ),
    );
    const set = await suite.keySet();
    const receipts = answers.map(({ body }) => String(body['receipt']));
    for (const [at, receipt] of receipts.entries()) {
      expect(verifyReceipt(receipt, set, { ...expected, nonce: `nonce-${at}`, now: Date.now() }).ok).toBe(true);
    }
    expect(new Set(receipts.map((receipt) => receipt.split('.')[3])).size).toBeLessThan(100);
  });

  it('is an ordinary JWS on request, for a stock library', async () => {
    const license = await suite.tell();
    const { body } = await ask(suite.url, { ...question, licenseKey: license.id, receiptFormat: 'jws' });
    const jwks = (await (await fetch(`${suite.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    const { payload, protectedHeader } = await compactVerify(String(body['receipt']), createLocalJWKSet(jwks));
    expect(protectedHeader.typ).toBe('validation-receipt+jwt');
    expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({ valid: true, nonce: question.nonce });
  });

  it('has a nonce of the server’s when the client has none', async () => {
    const license = await suite.tell();
    const asked = async (): Promise<Answer> => ask(suite.url, { licenseKey: license.id, domain: 'example.com' });
    const [one, other] = [await asked(), await asked()];
    expect(one.body['nonce']).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(one.body['nonce']).not.toBe(other.body['nonce']);
  });
});
