import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { accountKey, EVENTS, toHeaders, TOPICS } from '@leasehold/contracts';
import { partitionOf } from '@leasehold/messaging';
import { generateApiKey, generateSigningKey, hashApiKey, signLicenseToken } from '@leasehold/tokens';
import { ask, bearer } from './ask.js';
import { apiKeyRecord, publicHalf, publicKeyRecord, TENANT } from './running-validation.js';
import { claimsOf, settled, ValidationSuite } from './validation-suite.js';

const suite = new ValidationSuite({ config: { earlierPublicUrls: ['http://former.test'] } });

const newKey = (id: string) => {
  const key = generateApiKey('secret', randomBytes);
  const rate = { perSecond: 1, burst: 3 };
  const account = { id, tenantId: TENANT, hash: hashApiKey(key), scopes: [], rate, createdAt: 0 };
  return { key, record: apiKeyRecord({ ...account, kind: 'secret' }) };
};

const statusWith = async (key: string): Promise<number> => (await ask(suite.url, {}, bearer(key))).status;

describe('an API key', () => {
  it('is good as soon as it is made: it is waited for', async () => {
    const { key, record } = newKey('key_new');
    const asked = statusWith(key);
    await suite.log.publish([record]);
    expect(await asked).toBe(200);
  });

  it('that nobody has is refused after a moment, and one with a wrong checksum at once', async () => {
    expect(await statusWith(generateApiKey('secret', randomBytes))).toBe(401);
    const key = generateApiKey('secret', randomBytes);
    expect(await statusWith(key.slice(0, -1) + (key.endsWith('0') ? '1' : '0'))).toBe(401);
  });

  it('is refused from the moment on at which its deletion arrives, however often it was used', async () => {
    const { key, record } = newKey('key_doomed');
    await suite.log.publish([record]);
    expect(await statusWith(key)).toBe(200);
    await suite.log.publish([
      {
        topic: TOPICS.accounts.name,
        partition: partitionOf(TENANT, TOPICS.accounts.partitions),
        key: accountKey(TENANT, 'api-key', 'key_doomed'),
        headers: toHeaders({ id: 'e', source: '/test', type: EVENTS.apiKey.type, subject: 'key_doomed', time: 0 }),
        value: null,
      },
    ]);
    await settled(
      () => statusWith(key),
      (status) => status === 401,
    );
    expect(await statusWith(key)).toBe(401);
  });

  it('has the rate that it was given', async () => {
    const { key, record } = newKey('key_slow');
    await suite.log.publish([record]);
    const { headers } = await ask(suite.url, {}, bearer(key));
    expect(headers['ratelimit-policy']).toBe('"validation";q=3;w=3');
  });
});

describe('a token', () => {
  it('of a former public URL stays good, of a stranger’s it does not', async () => {
    const license = await suite.tell();
    const told = (iss: string): Promise<unknown> =>
      suite.codeOf({
        licenseKey: signLicenseToken(claimsOf(license, { iss }), suite.keys.license),
        domain: 'example.com',
      });
    expect(await told(`http://former.test/t/${TENANT}`)).toBe('valid');
    expect(await told(`http://never.test/t/${TENANT}`)).toBe('unknown_key');
    expect(await told('http://former.test/t/ten_other')).toBe('unknown_key');
    expect(await told('http://former.test')).toBe('unknown_key');
  });

  it('is no longer believed once its key is compromised, however often it was before', async () => {
    const license = await suite.tell();
    const key = generateSigningKey('license', randomBytes);
    await suite.log.publish([publicKeyRecord(publicHalf(key, TENANT))]);
    const licenseKey = signLicenseToken(claimsOf(license), key);
    const told = (): Promise<unknown> => suite.codeOf({ licenseKey, domain: 'example.com' });
    await settled(told, (code) => code === 'valid');
    await suite.log.publish([publicKeyRecord(publicHalf(key, TENANT, { status: 'compromised' }))]);
    await settled(told, (code) => code === 'unknown_key');
    expect(await told()).toBe('unknown_key');
  });

  it('of a receipt key is never a license token', async () => {
    const license = await suite.tell();
    const key = { ...suite.keys.receipt, purpose: 'license' } as const;
    expect(await suite.codeOf({ licenseKey: signLicenseToken(claimsOf(license), key), domain: 'example.com' })).toBe(
      'unknown_key',
    );
  });
});
