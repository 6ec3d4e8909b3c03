import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createReceiptSigner, generateSigningKey } from '@leasehold/tokens';
import { chooseSigner, type ReceiptKey } from './receipt-keys.js';

const aKey = (status: ReceiptKey['status'], activatesAt: number): ReceiptKey => ({
  signer: createReceiptSigner(generateSigningKey('receipt', randomBytes)),
  status,
  createdAt: 0,
  activatesAt,
});
const everything = (): boolean => true;

describe('the key that signs', () => {
  const active = aKey('active', 0);
  const pending = aKey('pending', 100);

  it('is the active one until the pending one’s time has come, to the millisecond', () => {
    expect(chooseSigner([active, pending], 99, everything)).toEqual({ signer: active.signer, until: 100 });
    expect(chooseSigner([active, pending], 100, everything)).toEqual({ signer: pending.signer, until: Infinity });
  });

  it('is the new one as soon as both are told, before the old one is said to retire', () => {
    const now = aKey('active', 50);
    expect(chooseSigner([active, now], 60, everything).signer).toBe(now.signer);
  });

  it('is a retiring one only when there is no other', () => {
    const retiring = aKey('retiring', 90);
    expect(chooseSigner([retiring, active], 95, everything).signer).toBe(active.signer);
    expect(chooseSigner([active, retiring], 95, everything).signer).toBe(active.signer);
    expect(chooseSigner([retiring], 95, everything).signer).toBe(retiring.signer);
  });

  it.each(['retired', 'compromised'] as const)('is never a %s one', (status) => {
    expect(chooseSigner([aKey(status, 0)], 10, everything).signer).toBeUndefined();
  });

  it('is never one that the key set does not show', () => {
    const onlyActive = (kid: string): boolean => kid === active.signer.kid;
    expect(chooseSigner([active, pending], 200, onlyActive).signer).toBe(active.signer);
  });

  it('is none while there is none', () => {
    expect(chooseSigner([], 0, everything)).toEqual({ signer: undefined, until: Infinity });
  });
});
