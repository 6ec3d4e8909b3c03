import type { LicenseState } from './license-state.js';

const AT = Date.parse('2026-03-01T09:00:00.000Z');

/** A license for tests, with what the test says about it. */
export const aLicenseState = (overrides: Partial<LicenseState> = {}): LicenseState => ({
  id: 'lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s',
  tenantId: 'ten_01jd3mzk4qf8x2v6n0c7r5t9wb',
  productId: 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb',
  planId: 'plan_01jd3mzk4qf8x2v6n0c7r5t9wb',
  plan: 'professional',
  customerReference: 'customer-7',
  trial: false,
  features: ['analytics'],
  limits: { apiCalls: 50_000, seats: 10 },
  enforcement: { apiCalls: 'hard' },
  period: { unit: 'month', timezone: 'UTC' },
  domainPolicy: {
    max: 3,
    kinds: ['exact', 'wildcard'],
    development: true,
    lateBinding: false,
    moveCooldownHours: 24,
    movesPerYear: 12,
  },
  bindings: [
    {
      domain: 'example.com',
      kind: 'exact',
      www: true,
      assurance: 'declared',
      environment: 'production',
      boundAt: AT,
    },
  ],
  releasedSlots: [],
  lastMovedAt: null,
  startsAt: AT,
  expiresAt: Date.parse('2027-03-01T09:00:00.000Z'),
  graceDays: 7,
  planDurationDays: 365,
  planGraceDays: 7,
  suspensions: [],
  cancelledAt: null,
  revokedAt: null,
  keys: [{ hash: 'a'.repeat(64), sinceVersion: 1, validUntil: null }],
  createdAt: AT,
  updatedAt: AT,
  version: 1,
  ...overrides,
});
