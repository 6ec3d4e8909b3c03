import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { EnvelopeError } from '@leasehold/tokens';
import { createSecrets } from './secrets.js';

const master = new Uint8Array(32).fill(1);
const context = { tenant: 'ten_a', kid: 'kid-1', purpose: 'license' };
const secrets = createSecrets(master, randomBytes);
const reasonOf = async (opened: Promise<string>): Promise<string> => {
  try {
    return await opened;
  } catch (error) {
    return error instanceof EnvelopeError ? error.reason : String(error);
  }
};

describe('a sealed secret', () => {
  it('opens with the same key file on another machine', async () => {
    const sealed = await secrets.seal('private', context);
    expect(sealed).not.toContain('private');
    expect(await createSecrets(master, randomBytes).open(sealed, context)).toBe('private');
  });

  it.each([
    ['tenant', { tenant: 'ten_b' }],
    ['key', { kid: 'kid-2' }],
    ['purpose', { purpose: 'receipt' }],
  ])('does not open in the row of another %s', async (_what, other) => {
    const sealed = await secrets.seal('private', context);
    expect(await reasonOf(secrets.open(sealed, { ...context, ...other }))).toBe('not_authentic');
  });

  it('does not open with another key file', async () => {
    const sealed = await secrets.seal('private', context);
    const others = createSecrets(new Uint8Array(32).fill(2), randomBytes);
    expect(await reasonOf(others.open(sealed, context))).toBe('unknown_kek');
  });

  it('for validation cannot be opened here', async () => {
    const sealed = await secrets.sealForValidation('private', context);
    expect(await reasonOf(secrets.open(sealed, context))).toBe('unknown_kek');
  });

  it('is another text each time', async () => {
    expect(await secrets.seal('private', context)).not.toBe(await secrets.seal('private', context));
  });
});
