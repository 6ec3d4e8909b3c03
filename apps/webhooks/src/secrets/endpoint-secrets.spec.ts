import { describe, expect, it } from '@jest/globals';
import { deriveServiceKey, encryptSecret, localKeyEncryptionKey } from '@leasehold/tokens';
import { randomBytes } from 'node:crypto';
import { createEndpointSecrets } from './endpoint-secrets.js';

const masterKey = randomBytes(32);
const secrets = createEndpointSecrets(masterKey, randomBytes);
const owner = { tenantId: 'ten_a', endpointId: 'we_a' };

describe('the secret of an endpoint', () => {
  it('comes back as it was, and is not to be seen meanwhile', async () => {
    const sealed = await secrets.seal('whsec_abc', owner);
    expect(sealed).not.toContain('abc');
    expect(await secrets.open(sealed, owner)).toBe('whsec_abc');
    expect(await createEndpointSecrets(masterKey, randomBytes).open(sealed, owner)).toBe('whsec_abc');
  });

  it('has another ciphertext each time', async () => {
    expect(await secrets.seal('whsec_abc', owner)).not.toBe(await secrets.seal('whsec_abc', owner));
  });

  it.each([
    ['another endpoint', { ...owner, endpointId: 'we_b' }],
    ['another tenant', { ...owner, tenantId: 'ten_b' }],
  ])('does not open for %s', async (_what, other) => {
    const sealed = await secrets.seal('whsec_abc', owner);
    await expect(secrets.open(sealed, other)).rejects.toThrow('not_authentic');
  });

  it('does not open with another key file, nor with the key of another service', async () => {
    const sealed = await secrets.seal('whsec_abc', owner);
    await expect(createEndpointSecrets(randomBytes(32), randomBytes).open(sealed, owner)).rejects.toThrow(
      'unknown_kek',
    );
    const issuance = localKeyEncryptionKey(deriveServiceKey(masterKey, 'issuance'), randomBytes);
    const context = { tenant: owner.tenantId, kid: owner.endpointId, purpose: 'webhook-signing-secret' };
    const foreign = await encryptSecret('whsec_abc', context, issuance, randomBytes);
    await expect(secrets.open(foreign, owner)).rejects.toThrow('unknown_kek');
  });
});
