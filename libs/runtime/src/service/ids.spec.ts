import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newEventId, newId } from './ids.js';

const at = (ms: number) => ({ now: () => ms });
const zeros = (size: number): Uint8Array => new Uint8Array(size);
const ones = (size: number): Uint8Array => new Uint8Array(size).fill(0xff);
const seeded = (seed: string) => {
  let count = 0;
  return (size: number): Uint8Array => createHash('sha256').update(`${seed}${count++}`).digest().subarray(0, size);
};

describe('newEventId', () => {
  it('is a UUIDv7 of the time it is given', () => {
    expect(newEventId(at(0x0190_1234_5678), zeros)).toBe('01901234-5678-7000-8000-000000000000');
    expect(newEventId(at(0x0190_1234_5678), ones)).toMatch(/^01901234-5678-77ff-bfff-f{12}$/);
  });
});

describe('newId', () => {
  it('is its prefix and the 26 Crockford base32 characters of a UUIDv7', () => {
    // 0x0190 1234 5678 7000 8000 0000 0000 0000 in 26 groups of five bits
    expect(newId('plan', at(0x0190_1234_5678), zeros)).toBe('plan_01j0938nkre008000000000000');
    expect(newId('ten', at(Date.UTC(2026, 0, 1)), seeded('a'))).toMatch(/^ten_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  it('sorts by time', () => {
    const random = seeded('b');
    const times = [0, 1, 999, 1_000, 1_700_000_000_000, 1_700_000_000_001, 2 ** 47];
    const ids = times.map((time) => newId('key', at(time), random));
    expect([...ids].sort()).toEqual(ids);
  });

  it('differs within a millisecond', () => {
    const random = seeded('c');
    const ids = Array.from({ length: 1_000 }, () => newId('key', at(1), random));
    expect(new Set(ids).size).toBe(1_000);
  });
});

describe('any id', () => {
  const instant = fc.integer({ min: 0, max: 2 ** 48 - 1 });
  const chance = fc.uint8Array({ minLength: 16, maxLength: 16 });
  const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
  const numberOf = (id: string): bigint =>
    Array.from(id.slice(id.indexOf('_') + 1)).reduce((sum, symbol) => sum * 32n + BigInt(ALPHABET.indexOf(symbol)), 0n);

  it('is the UUIDv7 of the same time and chance, in other letters', () => {
    fc.assert(
      fc.property(instant, chance, (ms, bytes) => {
        const uuid = newEventId(at(ms), () => bytes);
        expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(numberOf(newId('lic', at(ms), () => bytes))).toBe(BigInt(`0x${uuid.replaceAll('-', '')}`));
        expect(Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toBe(ms);
      }),
    );
  });

  it('of a later time sorts behind one of an earlier, as text, whatever the chance', () => {
    fc.assert(
      fc.property(instant, instant, chance, chance, (one, other, first, second) => {
        fc.pre(one < other);
        expect(newId('x', at(one), () => first) < newId('x', at(other), () => second)).toBe(true);
        expect(newEventId(at(one), () => first) < newEventId(at(other), () => second)).toBe(true);
      }),
    );
  });

  it('takes all its chance from where it is told', () => {
    const asked: number[] = [];
    const random = (size: number): Uint8Array => {
      asked.push(size);
      return zeros(size);
    };
    expect(newId('x', at(1), random)).toBe(newId('x', at(1), random));
    expect(asked).toEqual([16, 16]);
  });
});
