import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { validationRoutes, verdict } from './validation.js';

const reads = (schema: z.ZodType, sent: unknown): unknown => {
  const parsed = schema.safeParse(sent);
  return parsed.success ? parsed.data : 'refused';
};

describe('validating', () => {
  it('reads 1 to 100 at once, whatever they are: each gets a verdict of its own', () => {
    const { body } = validationRoutes.validateBatch;
    const count = (items: number): boolean => body.safeParse({ items: Array(items).fill(null) }).success;
    expect([0, 1, 100, 101].map(count)).toEqual([false, true, true, false]);
    for (const none of [null, {}, [], { items: {} }, { items: null }]) expect(reads(body, none)).toBe('refused');
  });

  it('answers a refusal without a license with the members that it always has', () => {
    const refusal = {
      valid: false,
      code: 'not_found',
      grace: false,
      nonce: 'n',
      checkedAt: '2026-03-01T09:30:00.000Z',
      warnings: [],
      receipt: 'r',
    };
    expect(reads(verdict, refusal)).toEqual(refusal);
    expect(reads(verdict, { ...refusal, expiresAt: null })).toEqual({ ...refusal, expiresAt: null });
    expect(reads(verdict, { ...refusal, graceEndsAt: null })).toBe('refused');
  });
});
