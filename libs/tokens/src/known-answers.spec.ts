import { hash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { claims, licenseKey, payload, receiptKey } from '../test/samples.js';
import { createReceiptSigner } from './receipt-signer.js';
import { signLicenseToken } from './sign-license-token.js';

const digestOf = (text: string): string => hash('sha256', text, 'hex');
const signer = createReceiptSigner(receiptKey);

test('the bytes of a license token do not change from release to release', () => {
  const [head = '', body = ''] = signLicenseToken(claims, licenseKey).split('.');
  expect(Buffer.from(head, 'base64url').toString()).toBe(
    `{"alg":"EdDSA","typ":"license+jwt","kid":"${licenseKey.kid}"}`,
  );
  expect(Buffer.from(body, 'base64url').toString()).toBe(JSON.stringify(claims));
  expect(digestOf(signLicenseToken(claims, licenseKey))).toBe(
    '6c991ef5eb0b6da680bc2d1c4b176a98a3d50bcd73364f5ca3dd7b2b359ab347',
  );
});

test('the bytes of receipts do not change from release to release', () => {
  const text = JSON.stringify(payload);
  expect(digestOf(signer.signJws(text))).toBe('21e7a136aaf2acdfbc4bfc7deef59d607e8d0ef74fb11980006333796c53fe74');
  expect(digestOf(signer.signBatch([text]).join('\n'))).toBe(
    '33d7e57d463954963c079c431b79c0a4c48e477d1d4ad2767ec9540e741d49ba',
  );
  expect(digestOf(signer.signBatch(Array.from({ length: 5 }, () => text)).join('\n'))).toBe(
    '48ddb802185a867bf253c1db79978014803f4937f1caeb84667dc455f637532c',
  );
});
