import { describe, expect, it } from '@jest/globals';
import { HOUR_MS } from '@leasehold/licensing';
import type { BurstSighting, MismatchSighting } from '../rules/sighting.js';
import type { Finding } from './finding.js';
import { recordSighting } from './record-sighting.js';

const NOON = Date.parse('2026-03-02T12:00:00Z');
const LICENSE = { licenseId: 'lic_1', tenantId: 'ten_1', productId: 'prod_1' };

const mismatch = (changes: Partial<MismatchSighting> = {}): MismatchSighting => ({
  rule: 'domain_mismatch',
  severity: 'info',
  at: NOON,
  requestedDomain: 'pirate.example',
  boundDomain: 'legitimate.example',
  reached: 'once',
  ...changes,
});
const burst = (changes: Partial<BurstSighting> = {}): BurstSighting => ({
  rule: 'burst_requests',
  severity: 'warning',
  at: NOON,
  perMinute: 700,
  baselinePerMinute: 60,
  limitPerMinute: 600,
  ...changes,
});
const record = (present: Finding | undefined, sighting: MismatchSighting | BurstSighting) =>
  recordSighting(present, LICENSE, sighting);
const open = (changes: Partial<Finding> = {}): Finding => ({ ...record(undefined, mismatch()).finding, ...changes });

describe('the first sighting', () => {
  it('opens a finding, which is told', () => {
    expect(record(undefined, mismatch())).toEqual({
      tell: true,
      finding: {
        ...LICENSE,
        id: expect.stringMatching(/^ano_[0-9a-hjkmnp-tv-z]{26}$/),
        rule: 'domain_mismatch',
        generation: 1,
        severity: 'info',
        status: 'open',
        count: 1,
        requestedDomain: 'pirate.example',
        boundDomain: 'legitimate.example',
        firstSeenAt: NOON,
        lastSeenAt: NOON,
        lastToldAt: NOON,
        evidence: {
          reached: 'once',
          domains: [
            {
              domain: 'pirate.example',
              count: 1,
              firstSeenAt: '2026-03-02T12:00:00.000Z',
              lastSeenAt: '2026-03-02T12:00:00.000Z',
            },
          ],
        },
      },
    });
  });

  it('of a burst names no domain, since requests of all domains make it', () => {
    const { finding } = record(undefined, burst());
    expect(finding).toMatchObject({ rule: 'burst_requests', requestedDomain: null, boundDomain: null });
  });
});

describe('the cool-down', () => {
  it('keeps an open finding quiet for an hour while its count goes on rising', () => {
    const { finding, tell } = record(open(), mismatch({ at: NOON + HOUR_MS - 1 }));
    expect(tell).toBe(false);
    expect(finding).toMatchObject({ count: 2, lastSeenAt: NOON + HOUR_MS - 1, lastToldAt: NOON });
  });

  it('is over after an hour, and begins again with the telling', () => {
    const again = record(open(), mismatch({ at: NOON + HOUR_MS }));
    expect(again).toMatchObject({ tell: true, finding: { count: 2, lastToldAt: NOON + HOUR_MS } });
    expect(record(again.finding, mismatch({ at: NOON + HOUR_MS + 1 })).tell).toBe(false);
  });

  it.each([
    ['info', 'warning'],
    ['info', 'critical'],
    ['warning', 'critical'],
  ] as const)('does not hold back a rise from %s to %s', (from, to) => {
    const { finding, tell } = record(open({ severity: from }), mismatch({ severity: to, at: NOON + 1 }));
    expect(tell).toBe(true);
    expect(finding).toMatchObject({ severity: to, lastToldAt: NOON + 1 });
  });

  it.each([
    ['critical', 'warning'],
    ['warning', 'info'],
    ['critical', 'critical'],
  ] as const)('holds back %s followed by %s, and the severity stays', (from, to) => {
    const { finding, tell } = record(open({ severity: from }), mismatch({ severity: to, at: NOON + 1 }));
    expect(tell).toBe(false);
    expect(finding.severity).toBe(from);
  });

  it('is not set back by a late sighting that is told', () => {
    const { finding } = record(open(), mismatch({ severity: 'critical', at: NOON - 60_000 }));
    expect(finding).toMatchObject({ lastToldAt: NOON, firstSeenAt: NOON - 60_000, lastSeenAt: NOON });
  });
});

describe('a finding that somebody has settled', () => {
  it('is told again when acknowledged only if it gets worse', () => {
    const seen = open({ status: 'acknowledged' });
    expect(record(seen, mismatch({ at: NOON + 5 * HOUR_MS })).tell).toBe(false);
    expect(record(seen, mismatch({ severity: 'warning' })).tell).toBe(true);
  });

  it('counts on silently when muted, whatever happens', () => {
    const { finding, tell } = record(open({ status: 'muted' }), mismatch({ severity: 'critical', at: NOON + 9e9 }));
    expect(tell).toBe(false);
    expect(finding).toMatchObject({ status: 'muted', count: 2, severity: 'critical', lastToldAt: NOON });
  });

  it('is left alone when resolved: what happens then opens the next one, and is told at once', () => {
    const resolved = open({ status: 'resolved', severity: 'critical', count: 9 });
    const { finding, tell } = record(resolved, mismatch({ at: NOON + 1 }));
    expect(tell).toBe(true);
    expect(finding).toMatchObject({ generation: 2, status: 'open', severity: 'info', count: 1, firstSeenAt: NOON + 1 });
    expect(finding.id).not.toBe(resolved.id);
  });
});

describe('the domains of a finding', () => {
  it('are those of the newest sighting; a bound domain that was known is kept', () => {
    const { finding } = record(open(), mismatch({ requestedDomain: 'other.example', boundDomain: null }));
    expect(finding).toMatchObject({ requestedDomain: 'other.example', boundDomain: 'legitimate.example' });
  });
});
