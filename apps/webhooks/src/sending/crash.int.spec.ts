import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RUNS_SOURCES, captureHttp, type HttpCapture, seededRandom, waitFor } from '@leasehold/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { type HangingReceiver, hangingReceiver } from '../../test/hanging-receiver.js';
import { aLicense, suspended } from '../../test/log-events.js';
import { type RunningWebhooks, runWebhooks } from '../../test/running-webhooks.js';

const root = join(import.meta.dirname, '../../../..');
let webhooks: RunningWebhooks;
let receiver: HttpCapture;
let hanging: HangingReceiver;
const children: ChildProcess[] = [];

const startChild = async (): Promise<ChildProcess> => {
  const main = join(root, 'apps/webhooks/test/child-webhooks.ts');
  const child = spawn(process.execPath, [...RUNS_SOURCES, main, webhooks.database.url, webhooks.dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
};
const kill = async (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> => {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
  return child.exitCode;
};
const openOwner = async (): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: webhooks.database.url });
  await client.connect();
  return client;
};
const pool = () => webhooks.service.context.database.pool;

beforeEach(async () => {
  receiver = await captureHttp();
  hanging = await hangingReceiver();
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child, 'SIGKILL');
  for (const { id } of (await webhooks.call('GET', '/v1/webhook-endpoints?limit=100')).body.data) {
    await webhooks.call('DELETE', `/v1/webhook-endpoints/${String(id)}`);
  }
  await receiver.close();
  await hanging.close();
});

/** Pending deliveries that only a child will send: for this process their time is to come. */
const scheduleForChild = async (url: string, count: number): Promise<string> => {
  const { id } = await webhooks.endpoint(url);
  await pool().query(`update endpoint set status = 'paused' where id = $1`, [id]);
  await webhooks.log.publish(
    Array.from({ length: count }, () => suspended(aLicense({ tenantId: webhooks.tenant.id }))),
  );
  await waitFor(async () => (await countOf(id, 'pending')) === count);
  await pool().query(`update delivery set due_at = now() where endpoint_id = $1`, [id]);
  // this process stands a day earlier
  webhooks.clock.advance(-86_400_000);
  await pool().query(`update endpoint set status = 'enabled' where id = $1`, [id]);
  return id;
};
const countOf = async (endpointId: string, state: string): Promise<number> => {
  const { rows } = await pool().query<{ n: number }>(
    'select count(*)::int as n from delivery where endpoint_id = $1 and state = $2',
    [endpointId, state],
  );
  return rows[0]?.n ?? 0;
};

describe('a process that is killed', () => {
  beforeAll(async () => {
    webhooks = await runWebhooks();
  });
  afterAll(() => webhooks.close());

  it('leaves nothing behind that the next one does not send, at least once, under one id', async () => {
    const random = seededRandom();
    const endpointId = await scheduleForChild(receiver.url, 60);
    receiver.answerAlways({ delayMs: 30 });
    for (let n = 0; n < 2; n++) {
      const before = receiver.requests.length;
      const child = await startChild();
      await waitFor(() => receiver.requests.length >= before + random.integer(1, 8), { timeoutMs: 20_000 });
      await kill(child, 'SIGKILL');
    }
    await startChild();
    await waitFor(async () => (await countOf(endpointId, 'succeeded')) === 60, { timeoutMs: 30_000 });
    const sent = receiver.requests.map(({ headers }) => String(headers['webhook-id']));
    expect(new Set(sent).size).toBe(60);
    // only what was under way at a kill may come twice: five of an endpoint at most, two kills
    expect(sent.length).toBeLessThanOrEqual(60 + 10);
    const { rows } = await pool().query('select event_id from delivery where endpoint_id = $1', [endpointId]);
    expect(rows).toHaveLength(60);
  }, 90_000);

  it('in the middle of a delivery has it sent again with its attempt not counted', async () => {
    const endpointId = await scheduleForChild(hanging.url, 1);
    const first = await startChild();
    await waitFor(() => hanging.open() === 1, { timeoutMs: 20_000 });
    await kill(first, 'SIGKILL');
    await pool().query('update endpoint set url = $2 where id = $1', [endpointId, receiver.url]);
    await startChild();
    await waitFor(async () => (await countOf(endpointId, 'succeeded')) === 1, { timeoutMs: 30_000 });
    expect(receiver.requests).toHaveLength(1);
    const { rows } = await pool().query('select attempts_made from delivery where endpoint_id = $1', [endpointId]);
    expect(rows).toEqual([{ attempts_made: 1 }]);
  }, 60_000);

  it('by SIGTERM gives back at once what does not end, uncounted, and ends with 0', async () => {
    const endpointId = await scheduleForChild(hanging.url, 1);
    const child = await startChild();
    await waitFor(() => hanging.open() === 1, { timeoutMs: 20_000 });
    const began = performance.now();
    expect(await kill(child, 'SIGTERM')).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    const { rows } = await pool().query(
      'select state, attempts_made, step, claim_id, due_at <= now() as due from delivery where endpoint_id = $1',
      [endpointId],
    );
    expect(rows).toEqual([{ state: 'pending', attempts_made: 0, step: 0, claim_id: null, due: true }]);
  }, 60_000);
});

describe('a delivery under way', () => {
  beforeAll(async () => {
    webhooks = await runWebhooks({ webhookTimeoutMs: 30_000 });
  });
  afterAll(() => webhooks.close());

  const publish = () => webhooks.log.publish([suspended(aLicense({ tenantId: webhooks.tenant.id }))]);

  it('stays with its process as long as that lives, though it takes longer than a lease', async () => {
    const { id } = await webhooks.endpoint(hanging.url);
    await publish();
    await waitFor(() => hanging.open() === 1);
    const leaseOf = async (): Promise<number> => {
      const { rows } = await pool().query<{ lease_until: Date }>(
        'select lease_until from delivery where endpoint_id = $1',
        [id],
      );
      return rows[0]?.lease_until.getTime() ?? 0;
    };
    for (let n = 0; n < 3; n++) {
      const before = await leaseOf();
      webhooks.clock.advance(4_000);
      await waitFor(async () => (await leaseOf()) > before);
    }
    expect(hanging.most()).toBe(1);
  }, 20_000);

  it('has no say any more once its lease has gone to somebody else', async () => {
    receiver.answerNext({ delayMs: 600, status: 500 });
    const { id } = await webhooks.endpoint(receiver.url);
    await publish();
    await waitFor(() => receiver.requests.length === 1);
    await pool().query(
      `update delivery set state = 'succeeded', due_at = null, claim_id = null, lease_until = null where endpoint_id = $1`,
      [id],
    );
    const lost = async (): Promise<boolean> =>
      /leasehold_webhook_lost_leases_total\{[^}]*\} 1|leasehold_webhook_lost_leases_total 1/.test(
        await webhooks.service.context.metrics.metrics(),
      );
    await waitFor(lost);
    const [delivery] = await webhooks.deliveries(`endpointId=${id}`);
    expect(delivery).toMatchObject({ status: 'succeeded', attempts: [] });
  });

  it('is not cut off by a resend: it is what is asked for', async () => {
    const { id } = await webhooks.endpoint(hanging.url);
    await publish();
    await waitFor(() => hanging.open() === 1);
    const [delivery] = await webhooks.deliveries(`endpointId=${id}`);
    const resent = await webhooks.call('POST', `/v1/webhook-deliveries/${delivery?.id ?? ''}/resend`);
    expect(resent.status).toBe(202);
    const { rows } = await pool().query<{ claim_id: string | null }>(
      'select claim_id from delivery where endpoint_id = $1',
      [id],
    );
    expect(rows[0]?.claim_id).not.toBeNull();
  });
});

describe('a fault of ours', () => {
  beforeAll(async () => {
    webhooks = await runWebhooks();
  });
  afterAll(() => webhooks.close());

  it('is put off and never counted against the delivery or its endpoint', async () => {
    const { id } = await webhooks.endpoint(receiver.url);
    const { rows } = await pool().query<{ secret: string }>('select secret from endpoint where id = $1', [id]);
    await pool().query(`update endpoint set secret = 'lhe1.another-key.AAAA.AAAA' where id = $1`, [id]);
    await webhooks.log.publish([suspended(aLicense({ tenantId: webhooks.tenant.id }))]);
    const postponed = await webhooks.delivery(
      `endpointId=${id}`,
      ({ nextAttemptAt }) => Date.parse(nextAttemptAt ?? '') > webhooks.clock.now(),
    );
    expect(postponed).toMatchObject({ status: 'pending', attempts: [] });
    expect(receiver.requests).toEqual([]);
    const state = await pool().query('select failing_since from endpoint where id = $1', [id]);
    expect(state.rows).toEqual([{ failing_since: null }]);
    await pool().query('update endpoint set secret = $2 where id = $1', [id, rows[0]?.secret]);
    webhooks.clock.advance(31_000);
    expect(await webhooks.delivery(`endpointId=${id}`, ({ status }) => status === 'succeeded')).toMatchObject({
      attempts: [{ statusCode: 204 }],
    });
  });

  it('in the database does not send a webhook twice that was sent', async () => {
    const [owner, watch] = await Promise.all([openOwner(), openOwner()]);
    await owner.query(`begin; lock table ${webhooks.service.context.database.schema}.attempt in access exclusive mode`);
    const { id } = await webhooks.endpoint(receiver.url);
    await webhooks.log.publish([suspended(aLicense({ tenantId: webhooks.tenant.id }))]);
    await waitFor(async () => {
      const { rowCount } = await watch.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into attempt%'`,
      );
      return rowCount;
    });
    await owner.query('rollback');
    await Promise.all([owner.end(), watch.end()]);
    expect(await webhooks.delivery(`endpointId=${id}`, ({ status }) => status === 'succeeded')).toMatchObject({
      attempts: [{ statusCode: 204 }],
    });
    expect(receiver.requests).toHaveLength(1);
  });
});
