import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS } from '@leasehold/licensing';
import type { Observation } from '../observations/observation.js';
import { MISMATCH_DEFAULTS, type MismatchState, observeMismatch } from './domain-mismatch.js';
import type { MismatchSighting } from './sighting.js';

const MINUTE_MS = 60_000;
const NOON = Date.parse('2026-03-02T12:00:00Z');

const from = (domain: string, after: number, code = 'domain_mismatch'): Observation => ({
  code,
  domain,
  boundDomain: code === 'domain_mismatch' ? 'legitimate.example' : undefined,
  at: NOON + after,
});

interface Seen {
  readonly state: MismatchState | undefined;
  readonly sightings: readonly MismatchSighting[];
}

const observeAll = (observations: readonly Observation[]): Seen =>
  observations.reduce(
    ({ state, sightings }: Seen, observation) => {
      const observed = observeMismatch(state, observation);
      return { state: observed.state, sightings: [...sightings, ...observed.findings] };
    },
    { state: undefined, sightings: [] },
  );
const severities = (observations: readonly Observation[]) =>
  observeAll(observations).sightings.map(({ severity }) => severity);

describe('domain_mismatch', () => {
  it('finds an info in one validation from a foreign domain', () => {
    expect(observeAll([from('pirate.example', 0)]).sightings).toEqual([
      {
        rule: 'domain_mismatch',
        severity: 'info',
        at: NOON,
        requestedDomain: 'pirate.example',
        boundDomain: 'legitimate.example',
        reached: 'once',
      },
    ]);
  });

  it.each(['valid', 'expired', 'revoked', 'domain_invalid', 'domain_required'])(
    'finds nothing in the verdict %s, and remembers nothing of it',
    (code) => {
      expect(observeAll([from('pirate.example', 0, code)])).toEqual({ state: undefined, sightings: [] });
    },
  );

  it('has no bound domain to tell of a license that is bound to none', () => {
    const { sightings } = observeAll([{ ...from('pirate.example', 0), boundDomain: undefined }]);
    expect(sightings).toMatchObject([{ boundDomain: null }]);
  });

  it.each([
    ['the fifth from one domain within an hour is a warning', [0, 10, 20, 30, 59], 'warning'],
    ['the fourth is not', [0, 10, 20, 30], 'info'],
    ['the fifth is not, an hour after the first', [0, 10, 20, 30, 60], 'info'],
    ['the sixth is, an hour after the first but not after the second', [0, 10, 20, 30, 60, 69], 'warning'],
  ] as const)('%s', (_what, minutes, severity) => {
    const observations = minutes.map((minute) => from('pirate.example', minute * MINUTE_MS));
    expect(severities(observations).at(-1)).toBe(severity);
  });

  it.each([
    ['the third domain within a day is critical', [0, 10, 23.9], 'critical'],
    ['the second is not', [0, 10], 'info'],
    ['the third is not, a day after the first', [0, 10, 24], 'info'],
    ['the fourth is, a day after the first but not after the second', [0, 10, 24, 33.9], 'critical'],
  ] as const)('%s', (_what, hours, severity) => {
    const observations = hours.map((hour, index) => from(`pirate-${index}.example`, hour * HOUR_MS));
    expect(severities(observations).at(-1)).toBe(severity);
  });

  it('takes five from several domains for no warning', () => {
    expect(severities([0, 1, 2, 3, 4].map((minute) => from(`pirate-${minute % 2}.example`, minute)))).toEqual(
      Array(5).fill('info'),
    );
  });

  it('is critical rather than a warning where both hold', () => {
    const many = [0, 1, 2, 3, 4].map((second) => from('pirate.example', second));
    expect(severities([from('a.example', 0), from('b.example', 0), ...many]).at(-1)).toBe('critical');
  });

  it('counts what is two minutes late in its windows', () => {
    const onTime = [0, 1, 2, 3].map((minute) => from('pirate.example', minute * MINUTE_MS));
    const late = from('pirate.example', MINUTE_MS);
    expect(severities([...onTime, late]).at(-1)).toBe('warning');
  });

  it('finds an info in what is later than that, and keeps it out of its windows', () => {
    const onTime = [0, 1, 2, 3].map((minute) => from('pirate.example', minute * MINUTE_MS));
    const before = observeAll(onTime);
    const after = observeAll([...onTime, from('pirate.example', MINUTE_MS - 1)]);
    expect(after.sightings.at(-1)).toMatchObject({ severity: 'info', at: NOON + MINUTE_MS - 1 });
    expect(after.state).toEqual(before.state);
  });

  it('takes a domain for last seen when it was, not when it was last heard of', () => {
    const late = [from('a.example', MINUTE_MS), from('a.example', 0)];
    const aDayLater = ['b.example', 'c.example'].map((domain) => from(domain, DAY_MS + MINUTE_MS / 2));
    expect(severities([...late, ...aDayLater]).at(-1)).toBe('critical');
  });

  it('still knows for a late one what was seen within a day before it', () => {
    const seen = [from('a.example', 0), from('b.example', DAY_MS + MINUTE_MS), from('c.example', DAY_MS - MINUTE_MS)];
    expect(severities(seen)).toEqual(['info', 'info', 'critical']);
  });

  it('does not change the state that it is given', () => {
    const { state } = observeAll([from('a.example', 0), from('b.example', 1)]);
    const copy = structuredClone(state);
    observeMismatch(state, from('a.example', 2));
    expect(state).toEqual(copy);
  });

  it('remembers a bounded number of times and domains, of which those longest ago go first', () => {
    const flood = Array.from({ length: 500 }, (_, n) => from(`pirate-${n % 50}.example`, n * 1_000));
    const { state } = observeAll(flood);
    expect(state?.domains).toHaveLength(MISMATCH_DEFAULTS.maxDomains);
    expect(state?.domains.map(({ times }) => times.length).every((length) => length <= 5)).toBe(true);
    expect(state?.domains[0]?.domain).toBe('pirate-49.example');
    expect(state?.domains.at(-1)?.domain).toBe('pirate-30.example');
  });

  it('forgets domains once no window can reach them', () => {
    const { state } = observeAll([from('old.example', 0), from('new.example', DAY_MS + 2 * MINUTE_MS)]);
    expect(state?.domains.map(({ domain }) => domain)).toEqual(['new.example']);
  });
});

describe('domain_mismatch, out of order within the tolerance', () => {
  const RANK = { info: 0, warning: 1, critical: 2 } as const;
  type Mismatch = readonly [domain: number, at: number];

  /** The highest severity by the table, read off the whole history; windows of the given slack beyond the table's. */
  const highest = (mismatches: readonly Mismatch[], slackMs: number): number => {
    const within = (windowMs: number, end: number) =>
      mismatches.filter(([, at]) => at <= end && at > end - windowMs - slackMs);
    const ends = mismatches.map(([, at]) => at);
    if (ends.some((end) => new Set(within(DAY_MS, end).map(([domain]) => domain)).size >= 3)) return RANK.critical;
    const isMany = ([domain, end]: Mismatch) => within(HOUR_MS, end).filter(([other]) => other === domain).length >= 5;
    return mismatches.some(isMany) ? RANK.warning : RANK.info;
  };

  it('finds what any order would have shown, and nothing that windows longer by the tolerance would not', () => {
    const gap = fc.oneof(
      fc.integer({ min: 0, max: 30_000 }),
      fc.integer({ min: 0, max: 30 * MINUTE_MS }),
      fc.integer({ min: 0, max: 13 * HOUR_MS }),
    );
    const step = fc.record({
      domain: fc.integer({ min: 0, max: 3 }),
      gap,
      delay: fc.integer({ min: 0, max: 120_000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        let at = 0;
        const mismatches = steps.map(({ domain, gap: pause, delay }) => {
          at += pause;
          return { domain, at, arrives: at + delay };
        });
        const arriving = mismatches.toSorted((a, b) => a.arrives - b.arrives);
        const found = severities(arriving.map((one) => from(`pirate-${one.domain}.example`, one.at)));
        const got = Math.max(...found.map((severity) => RANK[severity]));
        const history = mismatches.map((one): Mismatch => [one.domain, one.at]);
        expect(got).toBeGreaterThanOrEqual(highest(history, 0));
        expect(got).toBeLessThanOrEqual(highest(history, MISMATCH_DEFAULTS.toleranceMs));
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});
