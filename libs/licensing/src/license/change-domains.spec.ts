import { describe, expect, it, test } from '@jest/globals';
import { specificationOf } from '../../test/decider-specification.js';
import { aPlan, ask, at, eventsOf, issue, licenseAfter } from '../../test/license-examples.js';
import type { BindDomain, BindFirstDomain, LicenseCommand, MoveDomain, ReleaseDomain } from './license-command.js';
import { licenseDecider } from './license-decider.js';
import type { Binding } from './license.js';

const given = specificationOf(licenseDecider);
const bind = (domain: string, day = 1, www = true): BindDomain => ask('BindDomain', day, { domain, www });
const bindFirst = (domain: string, day = 1): BindFirstDomain => ask('BindFirstDomain', day, { domain });
const release = (domain: string, day = 1): ReleaseDomain => ask('ReleaseDomain', day, { domain });
const move = (from: string, to: string, day = 1): MoveDomain => ask('MoveDomain', day, { from, to });

const single = issue({ plan: aPlan({ domainPolicy: { max: 1 } }) });
const unbound = issue({ plan: aPlan({ domainPolicy: { max: 1, lateBinding: true } }), domains: [] });
const binding = (domain: string, day: number, changes: Partial<Binding> = {}): Binding => ({
  domain,
  kind: 'exact',
  www: true,
  assurance: 'declared',
  environment: 'production',
  boundAt: at(day),
  ...changes,
});

describe('BindDomain', () => {
  it('binds a domain in its canonical form', () => {
    given(...eventsOf(issue()))
      .when(bind('*.Bücher.example.'))
      .then({
        type: 'DomainBound',
        at: at(1),
        binding: binding('*.xn--bcher-kva.example', 1, { kind: 'wildcard', www: false }),
        inPlaceOf: null,
      });
  });

  it('takes development hosts without a production slot', () => {
    given(...eventsOf(single))
      .when(bind('localhost:3000'))
      .then({
        type: 'DomainBound',
        at: at(1),
        binding: binding('localhost', 1, { environment: 'development' }),
        inPlaceOf: null,
      });
  });

  test.each([
    ['exa mple.com', 'license.domain_invalid'],
    ['8.8.8.8', 'license.domain_invalid'],
    ['**.github.io', 'license.domain_public_suffix'],
    ['EXAMPLE.com', 'license.domain_already_bound'],
    ['b.example', 'license.domain_limit'],
    ['*.b.example', 'license.domain_kind_not_allowed'],
  ] as const)('refuses %s with %s', (domain, code) => {
    given(...eventsOf(single))
      .when(bind(domain))
      .thenRefused(code);
  });

  it('refuses what would make the token too long', () => {
    const domains = Array.from({ length: 50 }, (_, n) => ({
      domain: `${'x'.repeat(60)}.${'y'.repeat(32)}${String(n)}.example`,
      www: true,
    }));
    given(...eventsOf(issue({ plan: aPlan({ domainPolicy: { max: 100 } }), domains })))
      .when(bind(`${`${'z'.repeat(60)}.`.repeat(4)}io`))
      .thenRefused('license.too_large');
  });
});

describe('ReleaseDomain', () => {
  it('releases a domain, however it is spelled', () => {
    given(...eventsOf(issue()))
      .when(release('EXAMPLE.com.'))
      .then({ type: 'DomainReleased', at: at(1), domain: 'example.com' });
    expect(licenseAfter(issue(), release('example.com')).bindings).toEqual([]);
  });

  test.each(['www.example.com', '*.example.com', 'not a domain'])('refuses %s, which is not bound', (domain) => {
    given(...eventsOf(issue()))
      .when(release(domain))
      .thenRefused('license.domain_not_bound');
  });
});

describe('MoveDomain', () => {
  it('moves a binding in one step, assurance lost and www kept', () => {
    const withoutWww = issue({ domains: [{ domain: 'example.com', www: false }] });
    given(...eventsOf(withoutWww))
      .when(move('example.com', 'example.org'))
      .then({ type: 'DomainMoved', at: at(1), from: 'example.com', to: binding('example.org', 1, { www: false }) });
  });

  it('works when every slot is taken', () => {
    expect(licenseAfter(single, move('example.com', 'example.org'))).toMatchObject({
      bindings: [{ domain: 'example.org' }],
      lastMovedAt: at(1),
    });
  });

  it('refuses to move again within the cool-down, to its last millisecond', () => {
    const moved = eventsOf(single, move('example.com', 'example.org', 1));
    const again = move('example.org', 'example.net', 2);
    given(...moved)
      .when({ ...again, now: at(2) - 1 })
      .thenRefused('license.domain_move_cooldown');
    given(...moved)
      .when(again)
      .then({ type: 'DomainMoved', at: at(2), from: 'example.org', to: binding('example.net', 2) });
  });

  it('has no cool-down where the plan has none', () => {
    const free = issue({ plan: aPlan({ domainPolicy: { max: 1, moveCooldownHours: 0 } }) });
    given(...eventsOf(free, move('example.com', 'example.org')))
      .when(move('example.org', 'example.net'))
      .then({ type: 'DomainMoved', at: at(1), from: 'example.org', to: binding('example.net', 1) });
  });

  it('lets development hosts move freely', () => {
    const license = eventsOf(single, bind('a.test'), move('example.com', 'example.org'), move('a.test', 'b.test'));
    given(...license)
      .when(move('b.test', 'c.test'))
      .then({
        type: 'DomainMoved',
        at: at(1),
        from: 'b.test',
        to: binding('c.test', 1, { environment: 'development' }),
      });
  });

  test.each([
    ['other.example', 'example.org', 'license.domain_not_bound'],
    ['example.com', 'EXAMPLE.COM', 'license.domain_already_bound'],
    ['example.com', 'second.example', 'license.domain_already_bound'],
    ['example.com', 'a b', 'license.domain_invalid'],
    ['example.com', 'co.uk', 'license.domain_public_suffix'],
    ['example.com', 'localhost', 'license.domain_kind_not_allowed'],
  ] as const)('refuses to move %s to %s with %s', (from, to, code) => {
    given(...eventsOf(issue(), bind('second.example')))
      .when(move(from, to))
      .thenRefused(code);
  });
});

describe('moving by release and bind', () => {
  const swapped: readonly LicenseCommand[] = [single, release('example.com', 1), bind('example.org', 1)];

  it('is a move: the slot of another domain is filled', () => {
    given(...eventsOf(single, release('example.com', 1)))
      .when(bind('example.org', 1))
      .then({ type: 'DomainBound', at: at(1), binding: binding('example.org', 1), inPlaceOf: 'example.com' });
    expect(licenseAfter(...swapped)).toMatchObject({ lastMovedAt: at(1), releasedSlots: [] });
  });

  it('obeys the cool-down of moves', () => {
    given(...eventsOf(...swapped, release('example.org', 1)))
      .when(bind('example.net', 1))
      .thenRefused('license.domain_move_cooldown');
    given(...eventsOf(...swapped, release('example.org', 1)))
      .when(bind('example.net', 2))
      .then({ type: 'DomainBound', at: at(2), binding: binding('example.net', 2), inPlaceOf: null });
  });

  it('lets a released domain come back at once, which is no move', () => {
    given(...eventsOf(...swapped, release('example.org', 1)))
      .when(bind('example.org', 1, false))
      .then({
        type: 'DomainBound',
        at: at(1),
        binding: binding('example.org', 1, { www: false }),
        inPlaceOf: 'example.org',
      });
    expect(licenseAfter(single, release('example.com', 1), bind('example.com', 1))).toMatchObject({
      lastMovedAt: null,
      releasedSlots: [],
    });
  });

  it('gives the slot up for the domain that was left, when a domain moves to a released one', () => {
    const second: LicenseCommand[] = [issue(), bind('b.example', 1), release('example.com', 1)];
    expect(licenseAfter(...second, move('b.example', 'example.com', 1))).toMatchObject({
      bindings: [{ domain: 'example.com' }],
      releasedSlots: [{ domain: 'b.example', at: at(1) }],
    });
  });

  it('forgets a released slot after the cool-down', () => {
    expect(licenseAfter(issue(), release('example.com', 1), bind('example.com', 2)).releasedSlots).toEqual([]);
    expect(licenseAfter(issue(), release('example.com', 1), bind('b.example', 2))).toMatchObject({
      releasedSlots: [],
      lastMovedAt: null,
    });
  });

  it('is none while a slot is free that was never taken', () => {
    given(...eventsOf(issue(), release('example.com', 1)))
      .when(bind('example.org', 1))
      .then({ type: 'DomainBound', at: at(1), binding: binding('example.org', 1), inPlaceOf: null });
  });

  it('cannot be done round and round through a free slot', () => {
    given(
      ...eventsOf(
        issue(),
        release('example.com', 1),
        bind('b.example', 1),
        release('b.example', 1),
        bind('c.example', 1),
        release('c.example', 1),
      ),
    )
      .when(bind('d.example', 1))
      .thenRefused('license.domain_move_cooldown');
  });
});

describe('BindFirstDomain', () => {
  it('binds the first domain of a license that waits for one', () => {
    given(...eventsOf(unbound))
      .when(bindFirst('shop.example'))
      .then({ type: 'DomainBound', at: at(1), binding: binding('shop.example', 1), inPlaceOf: null });
  });

  it('binds beside development hosts', () => {
    given(...eventsOf(unbound, bind('localhost')))
      .when(bindFirst('shop.example'))
      .then({ type: 'DomainBound', at: at(1), binding: binding('shop.example', 1), inPlaceOf: null });
  });

  test.each(['localhost', '10.0.0.1', 'co.uk', 'a b', '*.shop.example', ''])('stays quiet about %j', (domain) => {
    given(...eventsOf(unbound))
      .when(bindFirst(domain))
      .thenNothing();
  });

  it('stays quiet when another domain was first', () => {
    given(...eventsOf(unbound, bindFirst('a.example')))
      .when(bindFirst('b.example'))
      .thenNothing();
  });

  it('stays quiet when the plan knows no late binding, or no exact domains', () => {
    given(...eventsOf(issue({ domains: [] })))
      .when(bindFirst('a.example'))
      .thenNothing();
    const plan = aPlan({ domainPolicy: { lateBinding: true, kinds: ['wildcard'] } });
    given(...eventsOf(issue({ plan, domains: [] })))
      .when(bindFirst('a.example'))
      .thenNothing();
  });

  it('stays quiet within the cool-down, so that releasing is no way around it', () => {
    given(...eventsOf(unbound, bind('a.example'), move('a.example', 'b.example'), release('b.example')))
      .when(bindFirst('c.example'))
      .thenNothing();
  });

  it('stays quiet where there is no license', () => {
    given().when(bindFirst('a.example')).thenNothing();
  });
});

describe('proofs of control', () => {
  it('raise the assurance of one binding, and take it back', () => {
    const proven = given(...eventsOf(issue(), bind('b.example')), {
      type: 'DomainProven',
      at: at(2),
      domain: 'example.com',
    });
    expect(proven.state).toMatchObject({
      license: { version: 3, bindings: [{ assurance: 'proven' }, { assurance: 'declared' }] },
    });
    const lost = licenseDecider.evolve(proven.state, { type: 'DomainProofLost', at: at(3), domain: 'example.com' });
    expect(lost).toMatchObject({
      license: { version: 4, bindings: [{ assurance: 'declared' }, { assurance: 'declared' }] },
    });
  });
});
