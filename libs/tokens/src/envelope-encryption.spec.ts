import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seeded } from '../test/samples.js';
import { decryptSecret, encryptSecret, EnvelopeError, type SecretContext } from './envelope-encryption.js';
import { deriveServiceKey, localKeyEncryptionKey, type KeyEncryptionKey } from './key-encryption-key.js';

const randomBytes = seeded('envelopes');
const master = seeded('master')(32);
const kek = localKeyEncryptionKey(deriveServiceKey(master, 'issuance'), randomBytes);
const otherKek = localKeyEncryptionKey(deriveServiceKey(master, 'validation'), randomBytes);
const context: SecretContext = { tenant: 'ten_1', kid: 'key_1', purpose: 'license' };
const secret = '{"d":"very secret"}';

const reasonOf = (text: string, ours: SecretContext = context, keks: readonly KeyEncryptionKey[] = [kek]) =>
  decryptSecret(text, ours, keks).then(
    () => 'opened',
    (error: unknown) => (error instanceof EnvelopeError ? error.reason : error),
  );

describe('a secret', () => {
  test('is read back as it was written, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        expect(await decryptSecret(await encryptSecret(text, context, kek, randomBytes), context, [kek])).toBe(text);
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  test('is stored with version and kekId, and never in the clear', async () => {
    const text = await encryptSecret(secret, context, kek, randomBytes);
    expect(text).toMatch(new RegExp(`^lhe1\\.${kek.kekId}\\.[A-Za-z0-9_-]{80}\\.[A-Za-z0-9_-]+$`));
    expect(Buffer.from(text.split('.')[3] ?? '', 'base64url').includes('very secret')).toBe(false);
  });

  test('never gives the same ciphertext twice', async () => {
    const [first, second] = [
      await encryptSecret(secret, context, kek, randomBytes),
      await encryptSecret(secret, context, kek, randomBytes),
    ].map((text) => text.split('.'));
    expect(first?.[1]).toBe(second?.[1]);
    expect(first?.[2]).not.toBe(second?.[2]);
    expect(first?.[3]).not.toBe(second?.[3]);
  });

  test.each<[string, Partial<SecretContext>]>([
    ['tenant', { tenant: 'ten_2' }],
    ['key', { kid: 'key_2' }],
    ['purpose', { purpose: 'receipt' }],
    ['tenant and key run together', { tenant: 'ten_1k', kid: 'ey_1' }],
    ['tenant and key with quotes between', { tenant: 'ten_1","key', kid: '_1' }],
    ['empty tenant', { tenant: '' }],
  ])('does not open under another %s', async (_, changes) => {
    const text = await encryptSecret(secret, context, kek, randomBytes);
    expect(await reasonOf(text, { ...context, ...changes })).toBe('not_authentic');
  });

  test('does not open with any character changed', async () => {
    const text = await encryptSecret(secret, context, kek, randomBytes);
    for (let at = 0; at < text.length; at++) {
      for (const other of ['A', 'z', '.', '=']) {
        const changed = text.slice(0, at) + other + text.slice(at + 1);
        if (changed !== text) expect(await reasonOf(changed)).not.toBe('opened');
      }
    }
  });

  test('does not open with any byte of data key or ciphertext changed, cut or added', async () => {
    const [version, kekId, ...bodies] = (await encryptSecret(secret, context, kek, randomBytes)).split('.');
    for (const [index, body] of bodies.entries()) {
      const bytes = Buffer.from(body, 'base64url');
      const rejoined = (changed: Uint8Array): string =>
        [version, kekId, ...bodies.map((b, i) => (i === index ? Buffer.from(changed).toString('base64url') : b))].join(
          '.',
        );
      for (let at = 0; at < bytes.length; at++) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        expect(await reasonOf(rejoined(changed))).toBe('not_authentic');
        expect(await reasonOf(rejoined(bytes.subarray(0, at)))).toBe('not_authentic');
      }
      expect(await reasonOf(rejoined(Buffer.concat([bytes, Buffer.alloc(1)])))).toBe('not_authentic');
    }
  });

  test("does not open with another secret's data key", async () => {
    const one = (await encryptSecret(secret, context, kek, randomBytes)).split('.');
    const two = (await encryptSecret(secret, context, kek, randomBytes)).split('.');
    expect(await reasonOf([one[0], one[1], two[2], one[3]].join('.'))).toBe('not_authentic');
  });

  test.each(['', 'lhe1', 'lhe1.a.b', 'lhe2.a.AAAA.AAAA', 'lhe1.a.AAAA.AAAA.AAAA', 'lhe1.a.AAA=.AAAA', 'plain text'])(
    'is malformed as %j',
    async (text) => {
      expect(await reasonOf(text)).toBe('malformed');
    },
  );
});

describe('a key-encryption key', () => {
  test('of another service or another master secret is not the one', async () => {
    const text = await encryptSecret(secret, context, kek, randomBytes);
    expect(await reasonOf(text, context, [otherKek])).toBe('unknown_kek');
    expect(await reasonOf(text, context, [])).toBe('unknown_kek');
    // even under the right name
    expect(await reasonOf(text, context, [{ ...otherKek, kekId: kek.kekId }])).toBe('not_authentic');
  });

  test('is found among several by the name in the text', async () => {
    const text = await encryptSecret(secret, context, otherKek, randomBytes);
    expect(await decryptSecret(text, context, [kek, otherKek])).toBe(secret);
  });

  test('derives the same on every start, and differs by service', () => {
    expect(deriveServiceKey(master, 'issuance')).toEqual(deriveServiceKey(master, 'issuance'));
    expect(localKeyEncryptionKey(deriveServiceKey(master, 'issuance'), randomBytes).kekId).toBe(kek.kekId);
    expect(kek.kekId).not.toBe(otherKek.kekId);
    expect(kek.kekId).toMatch(/^[A-Za-z0-9_-]{16}$/);
  });

  test('needs 32 bytes, and so does the master secret', () => {
    expect(() => localKeyEncryptionKey(new Uint8Array(16), randomBytes)).toThrow(RangeError);
    expect(() => deriveServiceKey(new Uint8Array(31), 'issuance')).toThrow(RangeError);
  });

  test('is not changed by what the caller does to its bytes afterwards', async () => {
    const bytes = deriveServiceKey(master, 'metering');
    const kept = localKeyEncryptionKey(bytes, randomBytes);
    const text = await encryptSecret(secret, context, kept, randomBytes);
    bytes.fill(0);
    expect(await decryptSecret(text, context, [kept])).toBe(secret);
  });

  test('may stand behind a network: wrapping and unwrapping are all that is asked of it', async () => {
    const vault = new Map<string, { dataKey: Uint8Array; associatedData: string }>();
    const remote: KeyEncryptionKey = {
      kekId: 'vault-1',
      wrap(dataKey, associatedData) {
        const ticket = randomBytes(8);
        const entry = { dataKey: Uint8Array.from(dataKey), associatedData: Buffer.from(associatedData).toString() };
        vault.set(Buffer.from(ticket).toString('hex'), entry);
        return Promise.resolve(ticket);
      },
      unwrap(wrapped, associatedData) {
        const entry = vault.get(Buffer.from(wrapped).toString('hex'));
        if (entry?.associatedData !== Buffer.from(associatedData).toString()) return Promise.resolve(undefined);
        return Promise.resolve(Uint8Array.from(entry.dataKey));
      },
    };
    const text = await encryptSecret(secret, context, remote, randomBytes);
    expect(await decryptSecret(text, context, [kek, remote])).toBe(secret);
    expect(await reasonOf(text, { ...context, kid: 'key_2' }, [remote])).toBe('not_authentic');
  });

  test('with a name that would break the format is refused', async () => {
    await expect(encryptSecret(secret, context, { ...kek, kekId: 'a.b' }, randomBytes)).rejects.toThrow(TypeError);
  });

  test('is never given a short data key or a short nonce', async () => {
    await expect(encryptSecret(secret, context, kek, () => new Uint8Array(4))).rejects.toThrow(RangeError);
  });
});
