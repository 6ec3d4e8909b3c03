import { describe, expect, it } from '@jest/globals';
import { type Baseline, baselineAt, hourOf, learnHour } from './hourly-baseline.js';

const PARAMETERS = { weight: 0.3, floorPerMinute: 60 };
const WEEK = 168;
const MONDAY_NINE = hourOf(Date.parse('2026-03-02T09:30:00Z'));

/** Requests of an hour with so many in a minute. */
const hourly = (perMinute: number): number => perMinute * 60;
const learn = (baseline: Baseline, hour: number, perMinute: number): Baseline =>
  learnHour(baseline, hour, hourly(perMinute), PARAMETERS);
const at = (baseline: Baseline, hour: number): number => baselineAt(baseline, hour, PARAMETERS);

describe('the baseline of a license', () => {
  it('is the floor where nothing is known', () => {
    expect(at([], MONDAY_NINE)).toBe(60);
  });

  it('comes nearer to an hour’s rate week by week', () => {
    let baseline: Baseline = [];
    const seen = [1, 2, 3].map((week) => {
      baseline = learn(baseline, MONDAY_NINE + week * WEEK, 1_000);
      return at(baseline, MONDAY_NINE + (week + 1) * WEEK);
    });
    expect(seen).toEqual([342, 539.4, 677.58].map((value) => expect.closeTo(value, 6)));
  });

  it('of one hour of the week says nothing of another', () => {
    const baseline = learn([], MONDAY_NINE, 1_000);
    expect(at(baseline, MONDAY_NINE + 1)).toBe(60);
    expect(at(baseline, MONDAY_NINE + 24)).toBe(60);
    expect(at(baseline, MONDAY_NINE + WEEK)).toBe(342);
  });

  it('fades by each silent week as if that had been an hour without requests', () => {
    const silent = learn(learn([], MONDAY_NINE, 1_000), MONDAY_NINE + WEEK, 0);
    expect(at(learn([], MONDAY_NINE, 1_000), MONDAY_NINE + 2 * WEEK)).toBeCloseTo(at(silent, MONDAY_NINE + 2 * WEEK));
    expect(at(silent, MONDAY_NINE + 2 * WEEK)).toBeCloseTo(342 * 0.7);
  });

  it('never goes below the floor, and takes no room there', () => {
    let baseline = learn([], MONDAY_NINE, 1_000);
    for (let week = 1; week <= 6; week++) baseline = learn(baseline, MONDAY_NINE + week * WEEK, 0);
    expect(baseline).toEqual([]);
    expect(learn([], MONDAY_NINE, 60)).toEqual([]);
    expect(at(learn([], MONDAY_NINE, 1_000), MONDAY_NINE + 50 * WEEK)).toBe(60);
  });

  it('has at most one entry for each hour of a week', () => {
    let baseline: Baseline = [];
    for (let hour = 0; hour < 3 * WEEK; hour++) baseline = learn(baseline, MONDAY_NINE + hour, 1_000);
    expect(baseline).toHaveLength(WEEK);
  });
});
