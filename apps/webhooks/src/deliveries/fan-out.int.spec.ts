import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { inTransaction } from '@leasehold/messaging';
import { type WebhooksDatabase, webhooksDatabase } from '../../test/webhooks-database.js';
import type { WebhookEvent } from '../wire/webhook-event.js';
import { fanOut, type FanOutOptions } from './fan-out.js';

const draw = { clock: { now: () => Date.parse('2026-03-01T00:00:00Z') }, random: randomBytes };
let database: WebhooksDatabase;
beforeAll(async () => {
  database = await webhooksDatabase();
});
beforeEach(() => database.clear());
afterAll(() => database.drop());

const event = (id: string, overrides: Partial<WebhookEvent> = {}): WebhookEvent => ({
  id,
  tenantId: 'ten_a',
  type: 'license.issued',
  occurredAt: Date.parse('2026-03-01T00:00:00Z'),
  data: { license_id: 'lic_1' },
  ...overrides,
});
const schedule = (events: readonly WebhookEvent[], options: FanOutOptions = draw) =>
  inTransaction(database.pool, (transaction) => fanOut(transaction, events, options));
const scheduled = async (): Promise<string[]> => {
  const { rows } = await database.pool.query<{ pair: string }>(
    `select event_id || ' ' || endpoint_id as pair from delivery order by 1`,
  );
  return rows.map(({ pair }) => pair);
};

describe('fanOut', () => {
  it('schedules each event for the endpoints of its tenant that take its type, whatever their status', async () => {
    await database.endpoint('we_all');
    await database.endpoint('we_paused', { status: 'paused', event_types: ['license.*'] });
    await database.endpoint('we_disabled', { status: 'disabled', event_types: ['license.expired', 'license.issued'] });
    await database.endpoint('we_none', { event_types: ['webhook.*'] });
    await database.endpoint('we_foreign', { tenant_id: 'ten_b' });
    const ids = await schedule([event('e1'), event('e2', { tenantId: 'ten_b', type: 'license.revoked' })]);
    expect(await scheduled()).toEqual(['e1 we_all', 'e1 we_disabled', 'e1 we_paused', 'e2 we_foreign']);
    expect(ids).toHaveLength(4);
    for (const id of ids) expect(id).toMatch(/^wd_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  it('stores the body once, as it will be signed', async () => {
    await database.endpoint('we_a');
    await database.endpoint('we_b');
    await schedule([event('e1')]);
    const { rows } = await database.pool.query<{ body: string }>('select body from event');
    expect(rows).toEqual([
      { body: '{"type":"license.issued","timestamp":"2026-03-01T00:00:00.000Z","data":{"license_id":"lic_1"}}' },
    ]);
  });

  it('changes nothing when an event comes again, in the same batch or a later one', async () => {
    await database.endpoint('we_a');
    expect(await schedule([event('e1'), event('e1')])).toHaveLength(1);
    await database.pool.query(`update delivery set state = 'succeeded', due_at = null`);
    expect(await schedule([event('e1', { data: { license_id: 'another' } }), event('e2')])).toHaveLength(1);
    const { rows } = await database.pool.query('select event_id, state from delivery order by event_id');
    expect(rows).toEqual([
      { event_id: 'e1', state: 'succeeded' },
      { event_id: 'e2', state: 'pending' },
    ]);
  });

  it('leaves out the endpoint that it is told to', async () => {
    await database.endpoint('we_a');
    await database.endpoint('we_b');
    await schedule([event('e1')], { ...draw, except: 'we_a' });
    expect(await scheduled()).toEqual(['e1 we_b']);
  });

  it('leaves nothing of a transaction that is rolled back', async () => {
    await database.endpoint('we_a');
    const failing = inTransaction(database.pool, async (transaction) => {
      await fanOut(transaction, [event('e1')], draw);
      throw new Error('the batch failed');
    });
    await expect(failing).rejects.toThrow('the batch failed');
    expect(await scheduled()).toEqual([]);
    expect((await database.pool.query('select from event')).rowCount).toBe(0);
  });

  it('keeps an endpoint from being deleted under a batch that names it', async () => {
    await database.endpoint('we_a');
    let deleted = false;
    let deletion: Promise<unknown> | undefined;
    await inTransaction(database.pool, async (transaction) => {
      await fanOut(transaction, [event('e1')], draw);
      deletion = database.pool.query('delete from endpoint').then(() => (deleted = true));
      await database.pool.query('select 1');
      expect(deleted).toBe(false);
    });
    await deletion;
    expect(await scheduled()).toEqual([]);
  });

  it('takes a batch of a thousand events for many endpoints at once', async () => {
    for (let n = 0; n < 20; n++) await database.endpoint(`we_${n}`);
    const batch = Array.from({ length: 1_000 }, (_, n) => event(`e${n}`));
    expect(await schedule(batch)).toHaveLength(20_000);
  });
});
