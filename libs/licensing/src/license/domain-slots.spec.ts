import { describe, expect, it, test } from '@jest/globals';
import { aPlan, ask, at, issue, licenseAfter } from '../../test/license-examples.js';
import { HOUR_MS } from '../instant.js';
import { admitDomain, canBindLate, coolingSlots, cooldownEndsAt, countProduction } from './domain-slots.js';
import type { License } from './license.js';

const waiting = licenseAfter(
  issue({ plan: aPlan({ domainPolicy: { max: 3, kinds: ['exact', 'wildcard'], lateBinding: true } }), domains: [] }),
);
const but = (changes: Partial<License>): License => ({ ...waiting, ...changes });
const policy = (changes: Partial<License['domainPolicy']>): License =>
  but({ domainPolicy: { ...waiting.domainPolicy, ...changes } });
const bindingTo = (domain: string): License['bindings'][number] => {
  const admission = admitDomain(waiting, { domain, www: true }, at(0));
  if ('refusal' in admission) throw new Error(admission.refusal.detail);
  return admission.binding;
};
const slot = (domain: string, hoursAgo: number) => ({ domain, at: at(10) - hoursAgo * HOUR_MS });

describe('whether the first validation may bind a domain', () => {
  test.each<[string, License, boolean]>([
    ['a license that waits for one', waiting, true],
    ['a license whose plan does not bind late', policy({ lateBinding: false }), false],
    ['a license whose plan has no domains', policy({ max: 0 }), false],
    ['a license whose plan has one domain', policy({ max: 1 }), true],
    ['a license whose plan takes patterns only', policy({ kinds: ['wildcard', 'subtree'] }), false],
    ['a revoked license', but({ revokedAt: at(1) }), false],
    ['a license with a domain, though its plan has room for three', but({ bindings: [bindingTo('a.example')] }), false],
    ['a license with a development host only', but({ bindings: [bindingTo('localhost')] }), true],
    ['a license with a host and a domain', but({ bindings: [bindingTo('a.test'), bindingTo('a.example')] }), false],
    ['fewer released domains than slots', but({ releasedSlots: [slot('a.example', 1), slot('b.example', 1)] }), true],
    [
      'as many released domains as slots, none moved lately',
      but({ releasedSlots: ['a', 'b', 'c'].map((name) => slot(`${name}.example`, 1)) }),
      true,
    ],
    [
      'as many released domains as slots, and one moved lately',
      but({ releasedSlots: ['a', 'b', 'c'].map((name) => slot(`${name}.example`, 1)), lastMovedAt: at(10) - 1 }),
      false,
    ],
    [
      'fewer released domains than slots, and one moved lately',
      but({ releasedSlots: [slot('a.example', 1)], lastMovedAt: at(10) - 1 }),
      true,
    ],
    [
      'as many released domains as slots, one of them long ago',
      but({
        releasedSlots: [slot('a.example', 24), slot('b.example', 1), slot('c.example', 1)],
        lastMovedAt: at(10) - 1,
      }),
      true,
    ],
  ])('%s: %#', (_what, license, may) => {
    expect(canBindLate(license, at(10))).toBe(may);
  });
});

describe('the pause after a move', () => {
  const moved = but({ lastMovedAt: at(10) });

  test.each([
    ['at the move itself', at(10), at(11)],
    ['a millisecond before its end', at(11) - 1, at(11)],
    ['at its end', at(11), null],
    ['a millisecond after its end', at(11) + 1, null],
  ])('%s', (_when, now, end) => {
    expect(cooldownEndsAt(moved, now)).toBe(end);
  });

  it('is none where nothing was moved, and none of no hours', () => {
    expect(cooldownEndsAt(waiting, at(10))).toBeNull();
    const free = { ...moved, domainPolicy: { ...moved.domainPolicy, moveCooldownHours: 0 } };
    expect(cooldownEndsAt(free, at(10))).toBeNull();
  });

  it('counts a released slot for as long, to the millisecond', () => {
    const released = but({ releasedSlots: [{ domain: 'a.example', at: at(10) }] });
    expect(coolingSlots(released, at(11) - 1)).toHaveLength(1);
    expect(coolingSlots(released, at(11))).toHaveLength(0);
  });
});

describe('admitting a domain', () => {
  const full = policy({ max: 2 });
  const admit = (license: License, domain: string, now = at(10)) => admitDomain(license, { domain, www: true }, now);

  it('counts production only: hosts of development take no slot', () => {
    const hosts = ['localhost', 'a.test', 'b.test', '10.0.0.1'].map(bindingTo);
    expect(countProduction([...hosts, bindingTo('a.example')])).toBe(1);
    expect(admit({ ...full, bindings: hosts }, 'a.example')).toMatchObject({ inPlaceOf: null });
  });

  it('takes the last slot and no further one', () => {
    const one = { ...full, bindings: [bindingTo('a.example')] };
    expect(admit(one, 'b.example')).toMatchObject({ binding: { domain: 'b.example' } });
    const two = { ...one, bindings: [...one.bindings, bindingTo('b.example')] };
    expect(admit(two, 'c.example')).toMatchObject({
      refusal: {
        code: 'license.domain_limit',
        detail: 'The plan allows 2 domains; release or move one.',
      },
    });
  });

  it('fills the slot of the oldest released domain when no other is free', () => {
    const released = { ...full, releasedSlots: [slot('old.example', 3), slot('new.example', 2)] };
    expect(admit(released, 'c.example')).toMatchObject({ inPlaceOf: 'old.example' });
  });

  it('gives a released domain its own slot back, moved lately or not', () => {
    const released = {
      ...full,
      releasedSlots: [slot('old.example', 3), slot('new.example', 2)],
      lastMovedAt: at(10) - 1,
    };
    expect(admit(released, 'NEW.example')).toMatchObject({ inPlaceOf: 'new.example' });
    expect(admit(released, 'c.example')).toMatchObject({
      refusal: {
        code: 'license.domain_move_cooldown',
        detail: "The license's domain was moved recently; it can be moved again from 2026-01-11T23:59:59.999Z on.",
      },
    });
  });

  it.each([
    ['*.a.example', 'The plan does not allow wildcard bindings.', { kinds: ['exact'] as const }],
    ['a.example', 'The plan does not allow exact bindings.', { kinds: ['subtree'] as const }],
    ['localhost', 'The plan does not allow development hosts.', { development: false }],
  ])('says of %s: %s', (domain, detail, changes) => {
    expect(admit(policy(changes), domain)).toEqual({ refusal: { code: 'license.domain_kind_not_allowed', detail } });
  });

  it('judges a kind before development, and a domain that is bound before both', () => {
    const strict = policy({ kinds: ['exact'], development: false });
    expect(admit(strict, '*.test')).toMatchObject({ refusal: { code: 'license.domain_public_suffix' } });
    expect(admit(strict, '*.a.test')).toMatchObject({
      refusal: { detail: 'The plan does not allow wildcard bindings.' },
    });
    const bound = { ...strict, bindings: [bindingTo('localhost')] };
    expect(admit(bound, 'localhost')).toMatchObject({ refusal: { code: 'license.domain_already_bound' } });
  });
});

it('a second domain is never bound late: one validation says where it runs, not how often', () => {
  const first = ask('BindFirstDomain', 1, { domain: 'a.example' });
  const plan = aPlan({ domainPolicy: { max: 3, lateBinding: true } });
  const second = ask('BindFirstDomain', 2, { domain: 'b.example' });
  expect(licenseAfter(issue({ plan, domains: [] }), first, second).bindings).toMatchObject([{ domain: 'a.example' }]);
});
