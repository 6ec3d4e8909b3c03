import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { captureHttp, type HttpCapture, waitFor } from '@leasehold/testing';
import { type HangingReceiver, hangingReceiver } from '../../test/hanging-receiver.js';
import { aLicense, suspended } from '../../test/log-events.js';
import { type RunningWebhooks, runWebhooks, type Tenant } from '../../test/running-webhooks.js';

const SLOTS = 12;
let webhooks: RunningWebhooks;
let hanging: HangingReceiver;
let receiver: HttpCapture;
beforeAll(async () => {
  webhooks = await runWebhooks({ webhookConcurrency: SLOTS, webhookTimeoutMs: 3_000 });
});
afterAll(() => webhooks.close());
beforeEach(async () => {
  hanging = await hangingReceiver();
  receiver = await captureHttp();
});
afterEach(async () => {
  for (const tenant of [webhooks.tenant, webhooks.other]) {
    for (const { id } of (await webhooks.call('GET', '/v1/webhook-endpoints?limit=100', { tenant })).body.data) {
      await webhooks.call('DELETE', `/v1/webhook-endpoints/${String(id)}`, { tenant });
    }
  }
  await hanging.close();
  await receiver.close();
});

const publish = (count: number, tenant: Tenant = webhooks.tenant) =>
  webhooks.log.publish(Array.from({ length: count }, () => suspended(aLicense({ tenantId: tenant.id }))));
const pool = () => webhooks.service.context.database.pool;
const failingAlready = (id: string) => pool().query('update endpoint set failing_since = now() where id = $1', [id]);

describe('an endpoint that hangs', () => {
  it('holds five connections and delays nobody else, however much waits for it', async () => {
    await webhooks.endpoint(hanging.url);
    await publish(60);
    await waitFor(() => hanging.open() === 5);
    await webhooks.endpoint(receiver.url, ['*'], webhooks.other);
    const began = performance.now();
    await publish(40, webhooks.other);
    await waitFor(() => receiver.requests.length >= 40);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(hanging.most()).toBe(5);
  });

  it('delays no other endpoint of its own tenant either', async () => {
    await webhooks.endpoint(hanging.url);
    await webhooks.endpoint(receiver.url);
    const began = performance.now();
    await publish(40);
    await waitFor(() => receiver.requests.length >= 40);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('is tried with one at a time once it has failed, and all such endpoints share half of the slots', async () => {
    for (let n = 0; n < 20; n++) await failingAlready((await webhooks.endpoint(`${hanging.url}/${n}`)).id);
    await publish(5);
    await waitFor(() => hanging.open() === SLOTS / 2);
    await webhooks.endpoint(receiver.url, ['*'], webhooks.other);
    await publish(20, webhooks.other);
    await waitFor(() => receiver.requests.length >= 20);
    expect(hanging.most()).toBe(SLOTS / 2);
    const { rows } = await pool().query<{ most: number }>(
      `select max(n)::int as most from (
         select count(*) as n from delivery d join endpoint e on e.id = d.endpoint_id
         where d.claim_id is not null and e.failing_since is not null group by e.id) c`,
    );
    expect(rows[0]?.most).toBe(1);
  });
});

describe('a tenant with many endpoints', () => {
  it('does not keep another tenant from its turn', async () => {
    for (let n = 0; n < 30; n++) await webhooks.endpoint(`${receiver.url}/many`);
    await publish(30);
    await webhooks.endpoint(`${receiver.url}/one`, ['*'], webhooks.other);
    await publish(1, webhooks.other);
    const place = await waitFor(() => receiver.requests.findIndex(({ path }) => path === '/one') + 1);
    expect(place).toBeLessThan(900 / 2);
    await waitFor(() => receiver.requests.length === 901, { timeoutMs: 30_000 });
  }, 40_000);
});

describe('two processes', () => {
  it('share the work: each delivery is sent once', async () => {
    const second = await webhooks.another();
    const ids = new Set<string>();
    for (let n = 0; n < 4; n++) ids.add((await webhooks.endpoint(`${receiver.url}/${n}`)).id);
    await publish(100);
    await waitFor(() => receiver.requests.length >= 400, { timeoutMs: 20_000 });
    await waitFor(async () => {
      const { rows } = await pool().query<{ n: number }>(
        `select count(*)::int as n from delivery where state <> 'succeeded' and endpoint_id = any($1)`,
        [[...ids]],
      );
      return rows[0]?.n === 0;
    });
    await second.close();
    const sent = receiver.requests.map(({ path, headers }) => `${path} ${String(headers['webhook-id'])}`);
    expect(sent).toHaveLength(400);
    expect(new Set(sent).size).toBe(400);
    const { rows } = await pool().query(
      'select attempts_made from delivery where attempts_made <> 1 and endpoint_id = any($1)',
      [[...ids]],
    );
    expect(rows).toEqual([]);
  }, 40_000);
});
