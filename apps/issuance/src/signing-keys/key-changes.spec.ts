import { describe, expect, it } from '@jest/globals';
import { keyChanges, type StoredKey } from './key-changes.js';
import { activateDue, retireDue, rotate } from './key-ring.js';

const AT = Date.parse('2026-03-01T00:00:00Z');
const ISO = '2026-03-01T00:00:00.000Z';

const stored = (kid: string, part: Partial<StoredKey>): StoredKey => ({
  kid,
  tenantId: 'ten_a',
  purpose: 'license',
  x: `x-${kid}`,
  status: 'active',
  createdAt: AT,
  activatesAt: AT,
  retiresAt: null,
  ciphertext: `cipher-${kid}`,
  version: 2,
  ...part,
});
const stateOf = (change: ReturnType<typeof keyChanges>[number] | undefined) => change?.events[0]?.data.state;

describe('a new key', () => {
  const key = { kid: 'new', tenantId: 'ten_a', purpose: 'license', x: 'x-new' } as const;
  const decision = rotate([], { key, now: AT, activatesAt: AT, formerRetiresAt: null });
  const events = 'events' in decision ? decision.events : [];

  it('begins a stream of its own and has a row with all that is known', () => {
    expect(keyChanges([], events, new Map([['new', 'cipher-new']]))).toEqual([
      {
        streamId: 'signing-key-new',
        expectedVersion: 0,
        tenantId: 'ten_a',
        events: [expect.objectContaining({ type: 'SigningKeyCreated' })],
        rows: [
          {
            table: 'signing_key',
            op: 'insert',
            row: {
              kid: 'new',
              tenant_id: 'ten_a',
              purpose: 'license',
              status: 'active',
              x: 'x-new',
              ciphertext: 'cipher-new',
              version: 1,
              created_at: ISO,
              activates_at: ISO,
              retires_at: null,
            },
          },
        ],
      },
    ]);
  });

  it('without its private half is not stored', () => {
    expect(() => keyChanges([], events)).toThrow(/no known key/);
  });
});

describe('a rotation that is due', () => {
  const old = stored('old', { version: 2 });
  const pending = stored('new', { status: 'pending', version: 1, createdAt: AT - 1 });
  const changes = keyChanges([old, pending], activateDue([old, pending], AT, AT + 5));

  it('goes on from the version of each key, the former one first', () => {
    expect(changes.map(({ streamId, expectedVersion }) => [streamId, expectedVersion])).toEqual([
      ['signing-key-old', 2],
      ['signing-key-new', 1],
    ]);
  });

  it('changes the rows and leaves the private halves where they are', () => {
    expect(changes.flatMap(({ rows }) => rows)).toEqual([
      {
        table: 'signing_key',
        op: 'update',
        row: {
          kid: 'old',
          status: 'retiring',
          version: 3,
          activates_at: ISO,
          retires_at: new Date(AT + 5).toISOString(),
        },
      },
      {
        table: 'signing_key',
        op: 'update',
        row: { kid: 'new', status: 'active', version: 2, activates_at: ISO, retires_at: null },
      },
    ]);
  });

  it('carries no ciphertext of license keys: nobody else signs with them', () => {
    for (const change of changes) expect(stateOf(change)).toMatchObject({ ciphertext: null });
  });
});

describe('the private half of a receipt key', () => {
  const receipt = { tenantId: 'platform', purpose: 'receipt' } as const;

  it('is in its events for validation while the key may be needed', () => {
    const pending = stored('new', { ...receipt, status: 'pending', version: 1 });
    const [change] = keyChanges([pending], activateDue([pending], AT, null));
    expect(stateOf(change)).toMatchObject({ status: 'active', ciphertext: 'cipher-new' });
  });

  it('is not in the event that retires it', () => {
    const retiring = stored('old', { ...receipt, status: 'retiring', retiresAt: AT });
    const [change] = keyChanges([retiring], retireDue([retiring], AT));
    expect(stateOf(change)).toMatchObject({ status: 'retired', ciphertext: null });
  });
});
