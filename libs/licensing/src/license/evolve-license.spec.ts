import { describe, expect, it, test } from '@jest/globals';
import { ask, at, eventsOf, hash, issue, licenseIn } from '../../test/license-examples.js';
import { evolveLicense } from './evolve-license.js';
import type { LicenseEvent } from './license-event.js';
import type { License, LicenseState } from './license.js';

const NOTHING: LicenseState = { status: 'none' };
const issued = eventsOf(issue({ domains: ['a.example', 'b.example'].map((domain) => ({ domain, www: true })) }));
const start = issued.reduce(evolveLicense, NOTHING);
const after = (...events: readonly LicenseEvent[]): License => licenseIn(events.reduce(evolveLicense, start));
const bindingOf = (domain: string, environment: 'production' | 'development' = 'production') => ({
  ...(licenseIn(start).bindings[0] ?? { kind: 'exact', www: true, assurance: 'declared', boundAt: 0 }),
  domain,
  environment,
});

/** One event of every type but the first. */
const EVENTS: readonly LicenseEvent[] = [
  { type: 'LicenseRenewed', at: at(1), expiresAt: at(900) },
  { type: 'TrialConverted', at: at(1) },
  { type: 'FeaturesChanged', at: at(1), features: ['x'] },
  { type: 'LimitsChanged', at: at(1), limits: { seats: 1 } },
  { type: 'LicenseSuspended', at: at(1), reason: 'billing' },
  { type: 'LicenseReinstated', at: at(1), reason: 'billing' },
  { type: 'LicenseCancelled', at: at(1), note: null },
  { type: 'LicenseRevoked', at: at(1), note: null },
  { type: 'DomainBound', at: at(1), binding: bindingOf('c.example'), inPlaceOf: null },
  { type: 'DomainReleased', at: at(1), domain: 'a.example' },
  { type: 'DomainMoved', at: at(1), from: 'a.example', to: bindingOf('c.example') },
  { type: 'DomainProven', at: at(1), domain: 'a.example' },
  { type: 'DomainProofLost', at: at(1), domain: 'a.example' },
  { type: 'KeyRotated', at: at(1), keyHash: hash('b'), formerValidUntil: at(2) },
  { type: 'MetadataChanged', at: at(1) },
  { type: 'LicenseExpiring', at: at(1), days: 7, expiresAt: at(365) },
  { type: 'LicenseExpired', at: at(1), expiresAt: at(365) },
  { type: 'GraceEnded', at: at(1), expiresAt: at(365) },
];

describe('every event', () => {
  test.each(EVENTS.map((event) => [event.type, event] as const))(
    '%s is one version, and nothing without a license',
    (_type, event) => {
      expect(after(event)).toMatchObject({ version: 2, updatedAt: at(1), createdAt: at(0), startsAt: at(0) });
      expect(evolveLicense(NOTHING, event)).toBe(NOTHING);
    },
  );

  it('leaves the state it is given as it was', () => {
    const before = structuredClone(start);
    for (const event of EVENTS) evolveLicense(start, event);
    expect(start).toEqual(before);
  });

  it('is taken without a failure, though it speaks of a domain that is not bound', () => {
    const strange: readonly LicenseEvent[] = [
      { type: 'DomainReleased', at: at(1), domain: 'z.example' },
      { type: 'DomainMoved', at: at(1), from: 'z.example', to: bindingOf('c.example') },
      { type: 'DomainProven', at: at(1), domain: 'z.example' },
    ];
    for (const event of strange)
      expect(after(event)).toMatchObject({ version: 2, bindings: licenseIn(start).bindings, releasedSlots: [] });
  });

  it('that would issue a license again changes nothing', () => {
    const [first] = issued;
    if (first === undefined) throw new Error('nothing was issued');
    expect(evolveLicense(start, first)).toBe(start);
  });
});

describe('released slots', () => {
  const released = (domain: string, day: number): LicenseEvent => ({ type: 'DomainReleased', at: at(day), domain });

  it('are kept of production domains, in the order of their release', () => {
    expect(after(released('b.example', 1), released('a.example', 1)).releasedSlots.map((slot) => slot.domain)).toEqual([
      'b.example',
      'a.example',
    ]);
    const development: LicenseEvent = {
      type: 'DomainBound',
      at: at(1),
      binding: bindingOf('localhost', 'development'),
      inPlaceOf: null,
    };
    expect(after(development, released('localhost', 1)).releasedSlots).toEqual([]);
  });

  it('are forgotten once their pause is over', () => {
    expect(after(released('a.example', 1), released('b.example', 2)).releasedSlots).toEqual([
      { domain: 'b.example', at: at(2) },
    ]);
  });

  it('are filled by the domain that takes them, and that is a move unless it is the same domain', () => {
    const bound = (domain: string, inPlaceOf: string | null): LicenseEvent => ({
      type: 'DomainBound',
      at: at(1) + 1,
      binding: bindingOf(domain),
      inPlaceOf,
    });
    const gone = released('a.example', 1);
    expect(after(gone, bound('c.example', 'a.example'))).toMatchObject({ releasedSlots: [], lastMovedAt: at(1) + 1 });
    expect(after(gone, bound('a.example', 'a.example'))).toMatchObject({ releasedSlots: [], lastMovedAt: null });
    expect(after(gone, bound('c.example', null))).toMatchObject({
      releasedSlots: [{ domain: 'a.example' }],
      lastMovedAt: null,
    });
  });

  it('change their domain when another one moves to it', () => {
    const moved: LicenseEvent = { type: 'DomainMoved', at: at(1) + 1, from: 'b.example', to: bindingOf('a.example') };
    expect(after(released('a.example', 1), moved)).toMatchObject({
      bindings: [{ domain: 'a.example' }],
      releasedSlots: [{ domain: 'b.example', at: at(1) + 1 }],
      lastMovedAt: at(1) + 1,
    });
  });
});

describe('keys', () => {
  it('are good until the overlap ends, and forgotten with the rotation after that', () => {
    const rotated = (digit: string, day: number, formerValidUntil: number): LicenseEvent => ({
      type: 'KeyRotated',
      at: at(day),
      keyHash: hash(digit),
      formerValidUntil,
    });
    expect(after(rotated('b', 1, at(3)), rotated('c', 2, at(4))).keys).toEqual([
      { hash: hash('a'), sinceVersion: 1, validUntil: at(3) },
      { hash: hash('b'), sinceVersion: 2, validUntil: at(4) },
      { hash: hash('c'), sinceVersion: 3, validUntil: null },
    ]);
    expect(after(rotated('b', 1, at(3)), rotated('c', 3, at(4))).keys.map((key) => key.hash)).toEqual([
      hash('b'),
      hash('c'),
    ]);
    expect(after(rotated('b', 1, at(1))).keys.map((key) => key.hash)).toEqual([hash('b')]);
  });
});

it('a renewal lifts a cancellation and no suspension, and starts the notices of the new end', () => {
  const state = eventsOf(
    issue(),
    ask('CancelLicense', 1, { note: null }),
    ask('RenewLicense', 2, { expiresAt: at(500) }),
  ).reduce(evolveLicense, NOTHING);
  expect(state).toMatchObject({ expirySetAt: at(2), license: { cancelledAt: null, expiresAt: at(500) } });
});
