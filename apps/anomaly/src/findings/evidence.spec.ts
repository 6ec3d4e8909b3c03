import { describe, expect, it } from '@jest/globals';
import type { BurstSighting, MismatchSighting } from '../rules/sighting.js';
import { type Evidence, gatherEvidence } from './evidence.js';

const NOON = Date.parse('2026-03-02T12:00:00Z');
const mismatch = (domain: string, after: number, reached: MismatchSighting['reached'] = 'once'): MismatchSighting => ({
  rule: 'domain_mismatch',
  severity: 'info',
  at: NOON + after,
  requestedDomain: domain,
  boundDomain: null,
  reached,
});
const burst = (perMinute: number, after: number): BurstSighting => ({
  rule: 'burst_requests',
  severity: 'warning',
  at: NOON + after,
  perMinute,
  baselinePerMinute: 61.4,
  limitPerMinute: 614,
});
const gather = (sightings: readonly (MismatchSighting | BurstSighting)[]): Evidence | undefined =>
  sightings.reduce((evidence: Evidence | undefined, sighting) => gatherEvidence(evidence, sighting), undefined);
const domains = (evidence: Evidence | undefined) =>
  evidence !== undefined && 'domains' in evidence ? evidence.domains : [];

describe('evidence of mismatches', () => {
  it('counts by domain, with first and last seen by event time, last seen first', () => {
    const evidence = gather([mismatch('a.example', 5_000), mismatch('b.example', 2_000), mismatch('a.example', 1_000)]);
    expect(domains(evidence)).toEqual([
      {
        domain: 'a.example',
        count: 2,
        firstSeenAt: '2026-03-02T12:00:01.000Z',
        lastSeenAt: '2026-03-02T12:00:05.000Z',
      },
      {
        domain: 'b.example',
        count: 1,
        firstSeenAt: '2026-03-02T12:00:02.000Z',
        lastSeenAt: '2026-03-02T12:00:02.000Z',
      },
    ]);
  });

  it('is a sample of ten, the newest', () => {
    const evidence = gather(Array.from({ length: 30 }, (_, n) => mismatch(`pirate-${n}.example`, n)));
    expect(domains(evidence).map(({ domain }) => domain)).toEqual(
      Array.from({ length: 10 }, (_, n) => `pirate-${29 - n}.example`),
    );
  });

  it('says which threshold was the highest that was reached', () => {
    const sightings = (['once', 'from_one_domain', 'different_domains', 'from_one_domain'] as const).map((reached) =>
      mismatch('a.example', 0, reached),
    );
    expect(gather(sightings.slice(0, 1))).toMatchObject({ reached: 'once' });
    expect(gather(sightings.slice(0, 2))).toMatchObject({ reached: 'from_one_domain' });
    expect(gather(sightings)).toMatchObject({ reached: 'different_domains' });
  });
});

describe('evidence of bursts', () => {
  it('is the busiest minute, and what it was measured by', () => {
    expect(gather([burst(700, 0), burst(900, 1_000), burst(800, 2_000), burst(900, 3_000)])).toEqual({
      peakPerMinute: 900,
      peakAt: '2026-03-02T12:00:01.000Z',
      baselinePerMinute: 61,
      limitPerMinute: 614,
    });
  });
});
