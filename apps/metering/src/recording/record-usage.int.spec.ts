import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeEvent, EVENTS, TOPICS } from '@leasehold/contracts';
import { DAY_MS } from '@leasehold/licensing';
import { waitFor } from '@leasehold/testing';
import { aLicense, licenseId, OTHER_TENANT, T0, TENANT } from '../../test/licenses.js';
import { type RunningMetering, runMetering } from '../../test/running-metering.js';
import { recordUsage } from './record-usage.js';

const BATCH = 'application/cloudevents-batch+json';
let metering: RunningMetering;
let id: string;
let licenses = 0;

const event = (overrides: Readonly<Record<string, unknown>> = {}) => ({
  specversion: '1.0',
  id: 'one',
  source: `/tests/${id}`,
  type: 'exports',
  subject: id,
  time: '2026-03-01T00:00:00Z',
  data: { quantity: 2 },
  ...overrides,
});
const statuses = async (body: unknown, key = metering.keys.own) => {
  const answer = await metering.post(body, { type: Array.isArray(body) ? BATCH : 'application/cloudevents+json', key });
  const results = answer.body['results'] as readonly { id: string; status: string; code?: string }[];
  return results.map(({ status, code }) => code ?? status);
};
const total = async (meter = 'exports') => (await metering.get({ licenseId: id, meter })).body['total'];

beforeAll(async () => {
  metering = await runMetering();
});
afterAll(() => metering.close());
beforeEach(async () => {
  licenses += 1;
  id = licenseId(licenses);
  await metering.heard(aLicense({ id }));
});

describe('usage that is posted', () => {
  it('counts, one event alone or several in a batch, with a result for each', async () => {
    expect(await metering.post(event())).toEqual({
      status: 202,
      body: { results: [{ id: 'one', status: 'accepted' }] },
    });
    const batch = [event({ id: 'two' }), event({ id: 'three', data: { quantity: 5 } })];
    expect(await metering.post(batch, { type: BATCH })).toEqual({
      status: 202,
      body: {
        results: [
          { id: 'two', status: 'accepted' },
          { id: 'three', status: 'accepted' },
        ],
      },
    });
    expect(await total()).toBe(9);
  });

  it('counts once by source and id, and what came first stays', async () => {
    expect(await statuses(event())).toEqual(['accepted']);
    expect(await statuses(event())).toEqual(['duplicate']);
    expect(await statuses(event({ time: '2026-03-01T01:00:00+01:00' }))).toEqual(['duplicate']);
    for (const changed of [{ data: { quantity: 3 } }, { time: '2026-03-01T00:00:01Z' }, { time: undefined }]) {
      expect(await statuses(event(changed))).toEqual(['conflict']);
    }
    expect(await statuses(event({ source: '/another' }))).toEqual(['accepted']);
    expect(await total()).toBe(4);
  });

  it('counts once within a batch, too', async () => {
    const batch = [event(), event(), event({ data: { quantity: 9 } }), event({ id: 'two' })];
    expect(await statuses(batch)).toEqual(['accepted', 'duplicate', 'conflict', 'accepted']);
    expect(await total()).toBe(4);
  });

  it('counts once when it is sent many times at once, in any order', async () => {
    const batch = Array.from({ length: 50 }, (_none, n) => event({ id: `event ${n}` }));
    const answers = await Promise.all([batch, batch.toReversed(), batch, batch.toReversed()].map((b) => statuses(b)));
    expect(answers.flat().filter((status) => status === 'accepted')).toHaveLength(50);
    expect(answers.flat().filter((status) => status === 'duplicate')).toHaveLength(150);
    expect(await total()).toBe(100);
  });

  it('counts when it happened, if that is no more than 35 days ago', async () => {
    const time = (ms: number) => ({ id: String(ms), time: new Date(T0 + ms).toISOString() });
    const batch = [-35 * DAY_MS, -35 * DAY_MS - 1, 300_000, 300_001].map((ms) => event(time(ms)));
    expect(await statuses(batch)).toEqual(['accepted', 'too_late', 'accepted', 'in_the_future']);
    const { body } = await metering.get({ licenseId: id, meter: 'exports', from: '2026-01-01T00:00:00Z' });
    expect(body['buckets']).toEqual([
      { start: '2026-01-25T00:00:00.000Z', quantity: 2 },
      { start: '2026-03-01T00:00:00.000Z', quantity: 2 },
    ]);
  });

  it('counts now when it says no time, and the same event sent later is still the same', async () => {
    expect(await statuses(event({ time: undefined }))).toEqual(['accepted']);
    metering.clock.time += 60_000;
    expect(await statuses(event({ time: undefined }))).toEqual(['duplicate']);
    metering.clock.time = T0;
    expect(await total()).toBe(2);
  });

  it.each([
    ['a license that does not exist', { subject: licenseId(999_999) }, 'unknown_license'],
    ['the meter that validations count', { type: 'apiCalls' }, 'reserved_meter'],
    ['a meter that the license does not name', { type: 'imports' }, 'unknown_meter'],
    ['what every object in JavaScript has', { type: 'constructor' }, 'unknown_meter'],
    ['seats, which are no meter', { type: 'seats' }, 'unknown_meter'],
    ['a quantity below zero', { data: { quantity: -1 } }, 'invalid_event'],
    ['half a quantity', { data: { quantity: 0.5 } }, 'invalid_event'],
    ['more than anybody uses', { data: { quantity: 1e15 } }, 'invalid_event'],
    ['no quantity', { data: {} }, 'invalid_event'],
    ['no data', { data: undefined }, 'invalid_event'],
    ['another version of CloudEvents', { specversion: '0.3' }, 'invalid_event'],
    ['no source', { source: '' }, 'invalid_event'],
    ['no id', { id: undefined }, 'invalid_event'],
    ['a number for an id', { id: 7 }, 'invalid_event'],
    ['a time that does not exist', { time: '2026-02-30T00:00:00Z' }, 'invalid_event'],
    ['a subject that is no license id', { subject: 'everybody' }, 'invalid_event'],
  ])('of %s is invalid, and its neighbors count', async (_name, changes, code) => {
    expect(await statuses([event({ id: 'before' }), event(changes), event({ id: 'after' })])).toEqual([
      'accepted',
      code,
      'accepted',
    ]);
    expect(await total()).toBe(4);
  });

  it('may be of any shape without an answer of 500', async () => {
    for (const body of [
      [null],
      [[]],
      [1, 'text', true],
      [{ id: { nested: [] } }],
      [{ ...event(), id: '\ud83d' }],
      {},
    ]) {
      const { status } = await metering.post(body, { type: BATCH });
      expect([status, JSON.stringify(body)]).toEqual([status < 300 ? 202 : 422, JSON.stringify(body)]);
    }
    for (const body of ['', '[', '[]', '"text"', 'null', '7']) {
      const { status } = await metering.post(body);
      expect([body, status >= 400 && status < 500]).toEqual([body, body !== '' && body !== 'null']);
    }
    const many = Array.from({ length: 1_001 }, (_none, n) => event({ id: String(n) }));
    expect((await metering.post(many, { type: BATCH })).status).toBe(422);
    expect((await metering.post(event(), { type: 'text/plain' })).status).toBe(415);
  });

  it('is a thousand events at a time', async () => {
    const batch = Array.from({ length: 1_000 }, (_none, n) => event({ id: String(n), data: { quantity: 1 } }));
    expect(new Set(await statuses(batch))).toEqual(new Set(['accepted']));
    expect(await total()).toBe(1_000);
  });

  it('reaches the thresholds and the balances of its meter', async () => {
    await metering.heard(aLicense({ id, version: 2, enforcement: { apiCalls: 'hard', exports: 'soft' } }));
    await statuses(event({ data: { quantity: 100 } }));
    const seen: string[] = [];
    const follower = await metering.log.follow([TOPICS.usage, TOPICS.usageBalances], 'start', (batch) => {
      for (const record of batch.records) {
        const decoded = decodeEvent(record);
        if (!('event' in decoded) || decoded.event.subject !== id) continue;
        const { type, data } = decoded.event;
        const { meter, used, threshold } = data as { meter: string; used: number; threshold?: number };
        if (meter === 'exports') seen.push(type === EVENTS.usageBalance.type ? `balance ${used}` : `${threshold} %`);
      }
      return Promise.resolve();
    });
    await waitFor(() => ['80 %', '100 %', 'balance 100'].every((told) => seen.includes(told)));
    await follower.close();
    expect(seen.filter((told) => told.endsWith('%'))).toEqual(['80 %', '100 %']);
  });
});

describe('usage under an Idempotency-Key', () => {
  const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });

  it('gets the first answer again when it is posted again, and counts once', async () => {
    const first = await metering.post(event(), keyed(`once ${id}`));
    expect(await metering.post(event(), keyed(`once ${id}`))).toEqual(first);
    expect(first.body).toEqual({ results: [{ id: 'one', status: 'accepted' }] });
    expect(await metering.post(event({ id: 'two' }), keyed(`once ${id}`))).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    expect(await total()).toBe(2);
  });

  it('has its answer kept in the transaction that counts: a crash right after the commit changes no answer', async () => {
    await metering.post(event(), keyed(`crash ${id}`));
    const { rows } = await metering.service.context.database.pool.query<{ together: boolean }>(
      `select i.xmin = b.xmin as together from idempotency i, usage_bucket b
       where b.license_id = $1 and i.answer is not null`,
      [id],
    );
    expect(rows).toContainEqual({ together: true });
  });

  it('that another request has taken over counts nothing', async () => {
    const row = { table: 'idempotency', op: 'update', row: { id: 'none', claim: 'lost', answer: 'x' } } as const;
    const { database, clock, random } = metering.service.context;
    const lost = recordUsage(database.pool, { tenantId: TENANT, body: event() }, { clock, random }, () =>
      Promise.resolve(row),
    );
    await expect(lost).rejects.toMatchObject({ code: 'idempotency_in_flight' });
    expect(await statuses(event())).toEqual(['accepted']);
  });
});

describe('tenants', () => {
  it('cannot count for each other, and know nothing of each other by the answer', async () => {
    expect(await statuses(event(), metering.keys.other)).toEqual(['unknown_license']);
    expect(await total()).toBe(0);
  });

  it('may call their events alike', async () => {
    const theirs = licenseId(500_000 + licenses);
    await metering.heard(aLicense({ id: theirs, tenantId: OTHER_TENANT }));
    const same = { id: 'same', source: '/same' };
    expect(await statuses(event(same))).toEqual(['accepted']);
    expect(await statuses(event({ ...same, subject: theirs }), metering.keys.other)).toEqual(['accepted']);
  });

  it('need a secret key with the scope', async () => {
    const { narrow, publishable } = metering.keys;
    for (const key of [narrow, publishable]) {
      expect((await metering.post(event(), { key })).status).toBe(403);
      expect((await metering.get({ licenseId: id }, key)).status).toBe(403);
    }
    expect((await metering.get({ licenseId: id }, 'lh_sk_unknown')).status).toBe(401);
  });
});

it('a license that was issued a moment ago is waited for', async () => {
  const late = licenseId(700_000);
  const posted = statuses(event({ subject: late }));
  await metering.heard(aLicense({ id: late }));
  expect(await posted).toEqual(['accepted']);
});

it('the service says how it does', async () => {
  await statuses([event(), event()]);
  const url = await metering.service.listen();
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/leasehold_metering_posted_events_total\{[^}]*status="duplicate"[^}]*\} [1-9]/);
  expect(metrics).toMatch(/leasehold_metering_outbox_records(\{[^}]*\})? \d/);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});
