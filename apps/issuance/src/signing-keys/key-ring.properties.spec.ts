import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { activateDue, evolveKey, type KeyEvent, type KeyState, retireDue, rotate } from './key-ring.js';

type Step =
  | { readonly kind: 'rotate'; readonly waitMs: number; readonly lifeMs: number | null }
  | { readonly kind: 'run'; readonly lifeMs: number | null };

const life = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 50 }));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('rotate' as const), waitMs: fc.integer({ min: 0, max: 20 }), lifeMs: life }),
  fc.record({ kind: fc.constant('run' as const), lifeMs: life }),
);
const steps = fc.array(fc.record({ step, afterMs: fc.integer({ min: 0, max: 30 }) }), { maxLength: 40 });

const ORDER = ['pending', 'active', 'retiring', 'retired'];

/** Plays the steps and looks at the ring after every single event. */
function play(played: readonly { step: Step; afterMs: number }[], look: (ring: Ring, now: number) => void): Ring {
  const ring: Ring = new Map();
  let now = 0;
  let drawn = 0;
  for (const { step: taken, afterMs } of played) {
    now += afterMs;
    for (const event of eventsOf([...ring.values()], taken, now, `kid-${drawn++}`)) {
      const after = evolveKey(ring.get(event.kid), event);
      if (after !== undefined) ring.set(event.kid, after);
      look(ring, now);
    }
  }
  return ring;
}
type Ring = Map<string, KeyState>;

function eventsOf(keys: readonly KeyState[], taken: Step, now: number, kid: string): readonly KeyEvent[] {
  const formerRetiresAt = taken.lifeMs === null ? null : now + taken.lifeMs;
  if (taken.kind === 'run') return [...retireDue(keys, now), ...activateDue(keys, now, formerRetiresAt)];
  const key = { kid, tenantId: 'ten_a', purpose: 'license', x: kid } as const;
  const decision = rotate(keys, { key, now, activatesAt: now + taken.waitMs, formerRetiresAt });
  return 'events' in decision ? decision.events : [];
}
const having = (ring: Ring, status: KeyState['status']) => [...ring.values()].filter((key) => key.status === status);

describe('whatever happens to a ring', () => {
  it('it has at most one pending and one active key at any moment', () => {
    fc.assert(
      fc.property(steps, (played) => {
        play(played, (ring) => {
          if (having(ring, 'pending').length > 1 || having(ring, 'active').length > 1) throw new Error('two at once');
        });
      }),
    );
  });

  it('once a key signs, there is one that signs after every step', () => {
    fc.assert(
      fc.property(steps, (played) => {
        let signs = false;
        for (let length = 1; length <= played.length; length++) {
          const active = having(
            play(played.slice(0, length), () => undefined),
            'active',
          ).length;
          if (signs && active !== 1) throw new Error('nobody signs');
          signs ||= active === 1;
        }
      }),
    );
  });

  it('a key only moves onwards: pending, active, retiring, retired', () => {
    fc.assert(
      fc.property(steps, (played) => {
        const reached = new Map<string, number>();
        play(played, (ring) => {
          for (const { kid, status } of ring.values()) {
            const place = ORDER.indexOf(status);
            if (place < (reached.get(kid) ?? 0)) throw new Error(`${kid} went back to ${status}`);
            reached.set(kid, place);
          }
        });
      }),
    );
  });

  it('no key is used before its time, and none is gone before its last token', () => {
    fc.assert(
      fc.property(steps, (played) => {
        const planned = new Map<string, number>();
        play(played, (ring, now) => {
          for (const key of ring.values()) {
            if (key.status === 'pending') planned.set(key.kid, key.activatesAt);
            if (key.status === 'active' && now < (planned.get(key.kid) ?? 0)) throw new Error('used too early');
            if (key.status === 'retiring') planned.set(`end ${key.kid}`, key.retiresAt ?? Number.POSITIVE_INFINITY);
            if (key.status === 'retired' && now < (planned.get(`end ${key.kid}`) ?? 0))
              throw new Error('gone too early');
          }
        });
      }),
    );
  });
});
