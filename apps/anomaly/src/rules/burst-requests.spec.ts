import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HOUR_MS } from '@leasehold/licensing';
import { type BurstState, observeBurst } from './burst-requests.js';
import type { BurstSighting } from './sighting.js';

const MINUTE_MS = 60_000;
const WEEK_MS = 168 * HOUR_MS;
/** The beginning of an hour. */
const NINE = Date.parse('2026-03-02T09:00:00Z');

interface Seen {
  readonly state: BurstState | undefined;
  readonly sightings: readonly BurstSighting[];
}

const observeAll = (times: readonly number[], before?: BurstState): Seen => {
  let state = before;
  const sightings: BurstSighting[] = [];
  for (const at of times) {
    const observed = observeBurst(state, { at });
    state = observed.state;
    sightings.push(...observed.findings);
  }
  return { state, sightings };
};

/** So many requests, evenly within a span. */
const spread = (count: number, start: number, spanMs: number): number[] =>
  Array.from({ length: count }, (_, n) => start + Math.floor((n * spanMs) / count));

describe('burst_requests', () => {
  it('finds nothing in 600 requests of a minute, ten times the floor', () => {
    expect(observeAll(spread(600, NINE, MINUTE_MS)).sightings).toEqual([]);
  });

  it('finds a warning in the 601st, and in each that follows while it lasts', () => {
    const { sightings } = observeAll(spread(603, NINE, MINUTE_MS));
    expect(sightings).toHaveLength(3);
    expect(sightings[0]).toEqual({
      rule: 'burst_requests',
      severity: 'warning',
      at: expect.any(Number),
      perMinute: 601,
      baselinePerMinute: 60,
      limitPerMinute: 600,
    });
  });

  it('looks at the last minute, whichever minutes of the clock that lies in', () => {
    expect(observeAll(spread(601, NINE + 35_000, 40_000)).sightings).not.toEqual([]);
  });

  it('takes no more than a minute for one', () => {
    expect(observeAll(spread(2_400, NINE, 4 * MINUTE_MS)).sightings).toEqual([]);
    expect(observeAll(spread(650, NINE, 70_000)).sightings).toEqual([]);
  });

  it('ends with the burst', () => {
    const { state } = observeAll(spread(1_000, NINE, MINUTE_MS));
    expect(observeAll([NINE + 2 * MINUTE_MS], state).sightings).toEqual([]);
  });

  it('holds a license to its own habit in this hour of the week', () => {
    // 200 a minute for an hour: next week the limit is 10 × (0.3 × 200 + 0.7 × 60)
    const { state } = observeAll(spread(12_000, NINE, HOUR_MS));
    const nextWeek = observeAll(spread(1_020, NINE + WEEK_MS, MINUTE_MS), state);
    expect(nextWeek.sightings).toEqual([]);
    expect(observeAll([NINE + WEEK_MS + MINUTE_MS - 1], nextWeek.state).sightings).toMatchObject([
      { perMinute: 1_021, baselinePerMinute: 102, limitPerMinute: 1_020 },
    ]);
    expect(observeAll(spread(601, NINE + WEEK_MS + HOUR_MS, MINUTE_MS), state).sightings).toHaveLength(1);
  });

  it('learns an hour only once the tolerance for latecomers is over', () => {
    const hour = spread(12_000, NINE, HOUR_MS);
    const before = observeAll([...hour, NINE + HOUR_MS + 2 * MINUTE_MS - 1]);
    expect(before.state?.baseline).toEqual([]);
    expect(before.state?.hours).toHaveLength(2);
    const after = observeAll([NINE + HOUR_MS + 2 * MINUTE_MS], before.state);
    expect(after.state?.baseline).toMatchObject([{ perMinute: 102 }]);
    expect(after.state?.hours).toHaveLength(1);
  });

  it('counts what is two minutes late where it belongs', () => {
    const minute = spread(600, NINE, MINUTE_MS);
    const { state } = observeAll([...minute, NINE + 3 * MINUTE_MS - 1]);
    expect(observeAll([NINE + MINUTE_MS - 1], state).sightings).toMatchObject([{ perMinute: 601 }]);
  });

  it('judges a late request by the minutes that others have begun since, too', () => {
    const { state } = observeAll(spread(600, NINE + 10_000, 50_000));
    expect(observeAll([NINE], state).sightings).toMatchObject([{ perMinute: 601 }]);
  });

  it('does not look at what is later than that', () => {
    const { state } = observeAll([...spread(600, NINE, MINUTE_MS), NINE + 3 * MINUTE_MS]);
    expect(observeAll([NINE + MINUTE_MS - 1], state)).toEqual({ state, sightings: [] });
  });

  it('finds a burst in whatever order its requests come, within the tolerance', () => {
    const delays = fc.array(fc.integer({ min: 0, max: 120_000 }), { minLength: 601, maxLength: 601 });
    fc.assert(
      fc.property(delays, (delay) => {
        const arriving = spread(601, NINE, 50_000)
          .map((at, index) => ({ at, arrives: at + (delay[index] ?? 0) }))
          .sort((a, b) => a.arrives - b.arrives);
        expect(observeAll(arriving.map(({ at }) => at)).sightings).toHaveLength(1);
      }),
      { seed: 5, numRuns: 20 },
    );
  });

  it('remembers a bounded number of slices and hours, however long it goes on', () => {
    let state: BurstState | undefined;
    for (const at of spread(20_000, NINE, 400 * HOUR_MS)) {
      state = observeBurst(state, { at }).state;
      expect(state.recent.length).toBeLessThanOrEqual(19);
      expect(state.hours.length).toBeLessThanOrEqual(2);
    }
  });
});
