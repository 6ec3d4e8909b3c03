import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type WebhooksDatabase, webhooksDatabase } from '../../test/webhooks-database.js';
import { type Claim, claimDeliveries, renewLeases } from './claim-deliveries.js';
import { postponeDelivery } from './finish-delivery.js';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const LEASE = 8_000;
let database: WebhooksDatabase;
let claims = 0;
beforeAll(async () => {
  database = await webhooksDatabase();
});
beforeEach(() => database.clear());
afterAll(() => database.drop());

const claim = (options: Partial<Claim> = {}) => {
  const now = options.now ?? NOW;
  const usual = {
    claimId: `claim-${++claims}`,
    now,
    leaseUntil: now + LEASE,
    failing: false,
    limit: 100,
    perEndpoint: 5,
  };
  return claimDeliveries(database.pool, { ...usual, ...options });
};
const idsOf = async (claimed: ReturnType<typeof claim>): Promise<string[]> =>
  (await claimed).map(({ id }) => id).sort();
const perEndpoint = async (claimed: ReturnType<typeof claim>): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { endpointId } of await claimed) counts[endpointId] = (counts[endpointId] ?? 0) + 1;
  return counts;
};

describe('a claim', () => {
  it('takes the oldest of each endpoint, up to its cap', async () => {
    await database.endpoint('we_a');
    await database.endpoint('we_b');
    await database.due('we_a', 9, NOW);
    await database.due('we_b', 1, NOW);
    expect(await idsOf(claim())).toEqual(['we_a-1', 'we_a-2', 'we_a-3', 'we_a-4', 'we_a-5', 'we_b-1']);
    expect(await idsOf(claim())).toEqual([]);
  });

  it('takes one of each before a second of any, when there is room for few', async () => {
    for (const id of ['we_a', 'we_b', 'we_c']) {
      await database.endpoint(id);
      await database.due(id, 5, NOW);
    }
    expect(await perEndpoint(claim({ limit: 3 }))).toEqual({ we_a: 1, we_b: 1, we_c: 1 });
    expect(await perEndpoint(claim({ limit: 4, now: NOW + 1 }))).toMatchObject({ we_a: 2, we_b: 1, we_c: 1 });
  });

  it('goes on with the endpoint that has waited longest', async () => {
    for (const [n, id] of ['we_a', 'we_b', 'we_c'].entries()) {
      await database.endpoint(id, { served_at: new Date(100 - n) });
      await database.due(id, 5, NOW);
    }
    const order: string[] = [];
    for (let n = 0; n < 6; n++) order.push(...(await claim({ limit: 1, now: NOW + n })).map((one) => one.endpointId));
    expect(order).toEqual(['we_c', 'we_b', 'we_a', 'we_c', 'we_b', 'we_a']);
  });

  it('gives each tenant a turn, however many endpoints another has', async () => {
    for (let n = 0; n < 10; n++) {
      await database.endpoint(`we_a${n}`);
      await database.due(`we_a${n}`, 3, NOW);
    }
    await database.endpoint('we_b', { tenant_id: 'ten_b', served_at: new Date(1) });
    await database.due('we_b', 3, NOW);
    expect(Object.keys(await perEndpoint(claim({ limit: 2 })))).toContain('we_b');
  });

  it('is not held up by endpoints that have as much under way as they may', async () => {
    for (let n = 0; n < 5; n++) {
      await database.endpoint(`we_full${n}`);
      await database.due(`we_full${n}`, 20, NOW);
    }
    await claim();
    await database.endpoint('we_late', { served_at: new Date(NOW + 1) });
    await database.due('we_late', 1, NOW);
    expect(await idsOf(claim({ limit: 1 }))).toEqual(['we_late-1']);
  });

  it('leaves what is not due, and what belongs to an endpoint that takes none', async () => {
    await database.endpoint('we_a');
    await database.endpoint('we_paused', { status: 'paused' });
    await database.endpoint('we_disabled', { status: 'disabled' });
    for (const id of ['we_a', 'we_paused', 'we_disabled']) await database.due(id, 2, NOW);
    expect(await idsOf(claim({ now: NOW - 500 }))).toEqual(['we_a-1']);
    expect(await idsOf(claim())).toEqual(['we_a-2']);
  });

  it('takes failing endpoints and the others apart', async () => {
    await database.endpoint('we_good');
    await database.endpoint('we_bad', { failing_since: new Date(NOW) });
    for (const id of ['we_good', 'we_bad']) await database.due(id, 2, NOW);
    expect(await perEndpoint(claim({ failing: true, perEndpoint: 1 }))).toEqual({ we_bad: 1 });
    expect(await perEndpoint(claim({ failing: false }))).toEqual({ we_good: 2 });
  });

  it('takes nothing when there is no room', async () => {
    await database.endpoint('we_a');
    await database.due('we_a', 2, NOW);
    expect(await claim({ limit: 0 })).toEqual([]);
    expect(await claim({ limit: -3 })).toEqual([]);
  });

  it('hands over what is needed to send', async () => {
    await database.endpoint('we_a', { url: 'https://example.org/', failing_since: null });
    await database.due('we_a', 1, NOW);
    expect(await claim({ claimId: 'mine' })).toEqual([
      {
        id: 'we_a-1',
        claimId: 'mine',
        tenantId: 'ten_a',
        eventId: 'we_a-1',
        eventType: 'webhook.test',
        endpointId: 'we_a',
        step: 0,
        body: '{}',
        url: 'https://example.org/',
        secret: 'sealed',
        failing: false,
      },
    ]);
  });
});

describe('claims at once', () => {
  it('never take one delivery twice, nor more of an endpoint than its cap', async () => {
    for (let n = 0; n < 4; n++) {
      await database.endpoint(`we_${n}`);
      await database.due(`we_${n}`, 30, NOW);
    }
    const taken = (await Promise.all(Array.from({ length: 10 }, () => claim({ limit: 7 })))).flat();
    // whoever found an endpoint locked by another left it out
    taken.push(...(await claim()));
    expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length);
    expect(taken).toHaveLength(20);
    const { rows } = await database.pool.query<{ n: number }>(
      'select count(*)::int as n from delivery where claim_id is not null group by endpoint_id',
    );
    expect(rows.map(({ n }) => n)).toEqual([5, 5, 5, 5]);
  });
});

describe('a lease', () => {
  beforeEach(async () => {
    await database.endpoint('we_a');
    await database.due('we_a', 1, NOW);
  });

  it('keeps a delivery until it runs out, and then lets another have it', async () => {
    await claim();
    expect(await claim({ now: NOW + LEASE - 1 })).toEqual([]);
    expect(await idsOf(claim({ now: NOW + LEASE }))).toEqual(['we_a-1']);
  });

  it('is prolonged by who holds it, and by nobody else', async () => {
    await claim({ claimId: 'mine' });
    await renewLeases(database.pool, ['mine'], NOW + 2 * LEASE);
    expect(await claim({ now: NOW + 2 * LEASE - 1 })).toEqual([]);
    await renewLeases(database.pool, ['another'], NOW + 9 * LEASE);
    expect(await idsOf(claim({ now: NOW + 2 * LEASE }))).toEqual(['we_a-1']);
  });

  it('that was lost gives no say over the delivery', async () => {
    const [first] = await claim();
    const [second] = await claim({ now: NOW + LEASE });
    if (first === undefined || second === undefined) throw new Error('not claimed');
    expect(await postponeDelivery(database.pool, first, NOW)).toBe('lost');
    expect(await claim({ now: NOW + LEASE })).toEqual([]);
    expect(await postponeDelivery(database.pool, second, NOW)).toBe('written');
    expect(await idsOf(claim({ now: NOW + LEASE }))).toEqual(['we_a-1']);
  });
});
