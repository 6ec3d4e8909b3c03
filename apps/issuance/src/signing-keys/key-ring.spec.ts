import { describe, expect, it } from '@jest/globals';
import { activateDue, evolveKey, type KeyEvent, type KeyRing, type KeyState, retireDue, rotate } from './key-ring.js';

const NOW = 1_000_000;
const LATER = NOW + 600_000;

const key = (kid: string, status: KeyState['status'], part: Partial<KeyState> = {}): KeyState => ({
  kid,
  tenantId: 'ten_a',
  purpose: 'license',
  x: `x-${kid}`,
  status,
  createdAt: 0,
  activatesAt: 0,
  retiresAt: null,
  ...part,
});
const drawn = { kid: 'new', tenantId: 'ten_a', purpose: 'license', x: 'x-new' } as const;
const apply = (ring: KeyRing, events: readonly KeyEvent[]): KeyRing => {
  const keys = new Map(ring.map((one) => [one.kid, one]));
  for (const event of events) {
    const after = evolveKey(keys.get(event.kid), event);
    if (after !== undefined) keys.set(event.kid, after);
  }
  return [...keys.values()];
};
const statuses = (ring: KeyRing) => Object.fromEntries(ring.map(({ kid, status }) => [kid, status]));
const eventsOf = (decision: ReturnType<typeof rotate>) => ('events' in decision ? decision.events : []);

describe('a scheduled rotation', () => {
  const command = { key: drawn, now: NOW, activatesAt: LATER, formerRetiresAt: 9_000_000 };

  it('publishes a pending key and leaves the active one in use', () => {
    const ring = [key('old', 'active')];
    const after = apply(ring, eventsOf(rotate(ring, command)));
    expect(statuses(after)).toEqual({ old: 'active', new: 'pending' });
    expect(after.at(-1)).toEqual(key('new', 'pending', { createdAt: NOW, activatesAt: LATER }));
  });

  it('is refused while a key is pending, whatever is asked', () => {
    const ring = [key('old', 'active'), key('waiting', 'pending')];
    expect(rotate(ring, command)).toEqual({ refusal: 'signing_key.rotation_pending' });
    expect(rotate(ring, { ...command, activatesAt: NOW })).toEqual({ refusal: 'signing_key.rotation_pending' });
  });

  it('stays quiet until the time has come, then puts the new key in the place of the old one', () => {
    const ring = [key('old', 'active'), key('new', 'pending', { activatesAt: LATER })];
    expect(activateDue(ring, LATER - 1, null)).toEqual([]);
    const events = activateDue(ring, LATER, 9_000_000);
    expect(events.map(({ type, kid }) => [type, kid])).toEqual([
      ['SigningKeyRetiring', 'old'],
      ['SigningKeyActivated', 'new'],
    ]);
    const after = apply(ring, events);
    expect(after).toEqual([
      key('old', 'retiring', { retiresAt: 9_000_000 }),
      key('new', 'active', { activatesAt: LATER }),
    ]);
    expect(activateDue(after, LATER, null)).toEqual([]);
  });
});

describe('a rotation at once', () => {
  it('retires the active key before the new one signs, so that no moment has two', () => {
    const ring = [key('old', 'active')];
    const events = eventsOf(rotate(ring, { key: drawn, now: NOW, activatesAt: NOW, formerRetiresAt: null }));
    expect(events.map(({ type }) => type)).toEqual(['SigningKeyRetiring', 'SigningKeyCreated']);
    expect(statuses(apply(ring, events))).toEqual({ old: 'retiring', new: 'active' });
  });

  it('gives an empty ring its first key', () => {
    const events = eventsOf(rotate([], { key: drawn, now: NOW, activatesAt: NOW, formerRetiresAt: null }));
    expect(statuses(apply([], events))).toEqual({ new: 'active' });
  });
});

describe('a retiring key', () => {
  it('leaves when its time has come, not before', () => {
    const ring = [key('old', 'retiring', { retiresAt: LATER }), key('new', 'active')];
    expect(retireDue(ring, LATER - 1)).toEqual([]);
    const after = apply(ring, retireDue(ring, LATER));
    expect(statuses(after)).toEqual({ old: 'retired', new: 'active' });
    expect(retireDue(after, LATER)).toEqual([]);
  });

  it('stays for ever when a perpetual token hangs on it', () => {
    expect(retireDue([key('old', 'retiring', { retiresAt: null })], Number.MAX_SAFE_INTEGER)).toEqual([]);
  });
});

it('a fact about a key that is not known changes nothing', () => {
  expect(evolveKey(undefined, { type: 'SigningKeyActivated', kid: 'x', at: NOW })).toBeUndefined();
  expect(evolveKey(undefined, { type: 'SigningKeyRetiring', kid: 'x', at: NOW, retiresAt: null })).toBeUndefined();
  expect(evolveKey(undefined, { type: 'SigningKeyRetired', kid: 'x', at: NOW })).toBeUndefined();
});
