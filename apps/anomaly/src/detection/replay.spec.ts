import { describe, expect, it } from '@jest/globals';
import type { ValidationItem } from '@leasehold/contracts';
import { siftUnseen } from '@leasehold/messaging';
import fc from 'fast-check';
import type { Finding } from '../findings/finding.js';
import { byLicense } from '../observations/observation.js';
import { type LicenseState, observeLicense } from '../rules/observe-license.js';
import { recordSightings } from './record-sightings.js';

const NOON = Date.parse('2026-03-02T12:00:00Z');
const MINUTE_MS = 60_000;

interface Batch {
  readonly first: number;
  readonly items: readonly ValidationItem[];
}

/** What is stored between batches is JSON. */
const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Detection on tables in memory. */
const detectAll = (batches: readonly Batch[]) => {
  let acked: ReadonlyMap<string, number> = new Map();
  const states = new Map<string, LicenseState>();
  const findings = new Map<string, Finding>();
  const told: Finding[] = [];
  for (const batch of batches) {
    const unseen = siftUnseen(acked, [{ boot: 'boot-1', ...batch }]);
    acked = unseen.acked;
    for (const { license, observations } of byLicense(unseen.items)) {
      const { licenseId } = license;
      const { state, sightings } = observeLicense(states.get(licenseId) ?? {}, observations);
      states.set(licenseId, stored(state));
      const present = [...findings.values()].filter((finding) => finding.licenseId === licenseId);
      const recorded = recordSightings(license, present, sightings);
      for (const finding of recorded.changed) findings.set(finding.id, stored(finding));
      told.push(...recorded.told);
    }
  }
  // licenses know nothing of each other, so the order of what is told matters within each only
  const toldBy = Map.groupBy(told, ({ licenseId }) => licenseId);
  return { states, findings, told: [...toldBy].sort(([a], [b]) => (a < b ? -1 : 1)) };
};

/** Cuts the items into batches, of which some come again, from earlier on. */
const deliver = (
  items: readonly ValidationItem[],
  lengths: readonly number[],
  backs: readonly number[],
): readonly Batch[] => {
  const batches: Batch[] = [];
  let next = 1;
  for (let step = 0; next <= items.length; step++) {
    const first = Math.max(1, next - (backs[step % backs.length] ?? 0));
    const last = Math.min(items.length, next + (lengths[step % lengths.length] ?? 1) - 1);
    batches.push({ first, items: items.slice(first - 1, last) });
    next = Math.max(next, last + 1);
  }
  return batches;
};

const item = fc.record({
  license: fc.constantFrom('lic_a', 'lic_b'),
  code: fc.constantFrom('valid', 'domain_mismatch', 'domain_mismatch', 'expired'),
  domain: fc.constantFrom('a.example', 'b.example', 'c.example', 'd.example'),
  gap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 * MINUTE_MS })),
  late: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 * MINUTE_MS })),
  repeat: fc.oneof({ weight: 8, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(650) }),
});

const history = fc.array(item, { minLength: 1, maxLength: 25 }).map((steps) => {
  let now = NOON;
  return steps.flatMap(({ gap, late, repeat, ...rest }) => {
    now += gap;
    const one: ValidationItem = {
      ...rest,
      tenant: 'ten_1',
      product: 'prod_1',
      boundDomain: 'own.example',
      at: now - late,
    };
    return Array<ValidationItem>(repeat).fill(one);
  });
});

describe('the same validations', () => {
  it('give the same findings, tellings and ids however they are cut into batches and delivered again', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 6 });
    const backs = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 6 });
    let found = 0;
    fc.assert(
      fc.property(history, lengths, backs, (items, cut, back) => {
        const atOnce = detectAll([{ first: 1, items }]);
        expect(detectAll(deliver(items, cut, back))).toEqual(atOnce);
        found += atOnce.findings.size;
      }),
      { seed: 3, numRuns: 60 },
    );
    expect(found).toBeGreaterThan(60);
  });

  it('one by one say what they say together', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 30 }), (steps) => {
        const items = steps.map(({ license, code, domain, late }, index): ValidationItem => {
          return { license, code, domain, tenant: 'ten_1', product: 'prod_1', at: NOON + index * MINUTE_MS - late };
        });
        const singles = items.map((one, index) => ({ first: index + 1, items: [one] }));
        expect(detectAll(singles)).toEqual(detectAll([{ first: 1, items }]));
      }),
      { seed: 4, numRuns: 100 },
    );
  });
});
