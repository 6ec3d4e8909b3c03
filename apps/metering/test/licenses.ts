import type { LicenseState } from '@leasehold/contracts';
import { contextOf, type LicenseContext } from '../src/licenses/license-context.js';

export const TENANT = 'ten_01jd3mzk4qf8x2v6n0c7r5t9wb';
export const OTHER_TENANT = 'ten_01jd3mzk4qf8x2v6n0c7r5t9wc';
export const T0 = Date.parse('2026-03-01T00:00:00Z');

/** Ids that differ in their last characters. */
export const licenseId = (number: number): string => `lic_${String(number).padStart(28, '0')}`;

/** A license with a hard limit of 1,000 calls a month from T0 on, and what the test says about it. */
export const aLicense = (overrides: Partial<LicenseState> = {}): LicenseState => ({
  id: licenseId(1),
  tenantId: TENANT,
  productId: 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb',
  planId: 'plan_01jd3mzk4qf8x2v6n0c7r5t9wb',
  plan: 'professional',
  customerReference: null,
  trial: false,
  features: [],
  limits: { apiCalls: 1_000, exports: 100, seats: 5 },
  enforcement: { apiCalls: 'hard' },
  period: { unit: 'month', timezone: 'UTC' },
  domainPolicy: {
    max: 1,
    kinds: ['exact'],
    development: true,
    lateBinding: false,
    moveCooldownHours: 24,
    movesPerYear: 12,
  },
  bindings: [],
  releasedSlots: [],
  lastMovedAt: null,
  startsAt: T0,
  expiresAt: null,
  graceDays: 7,
  planDurationDays: null,
  planGraceDays: 7,
  suspensions: [],
  cancelledAt: null,
  revokedAt: null,
  keys: [],
  createdAt: T0,
  updatedAt: T0,
  version: 1,
  ...overrides,
});

export const aContext = (overrides: Partial<LicenseState> = {}): LicenseContext => contextOf(aLicense(overrides));
