import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TOPICS } from '@leasehold/contracts';
import { captureHttp, waitFor } from '@leasehold/testing';
import { randomUUID } from 'node:crypto';
import { aLicense, licenseRecord, suspended } from '../test/log-events.js';
import { type RunningWebhooks, runWebhooks } from '../test/running-webhooks.js';

let webhooks: RunningWebhooks;
beforeAll(async () => {
  webhooks = await runWebhooks();
});
afterAll(() => webhooks.close());

const metrics = () => webhooks.service.context.metrics.metrics();
const license = () => aLicense({ tenantId: webhooks.tenant.id });

describe('the service', () => {
  it('is ready while it looks for what is due', async () => {
    const { status, checks } = await readiness();
    expect(status).toBe(200);
    expect(checks).toContain('deliveries');
    expect(checks).toContain('database');
  });

  it('counts what it sends by outcome, and shows what is late', async () => {
    const receiver = await captureHttp();
    receiver.answerNext({ status: 500 });
    const { id } = await webhooks.endpoint(receiver.url);
    await webhooks.log.publish([suspended(license()), suspended(license())]);
    await waitFor(() => receiver.requests.length === 2);
    await waitFor(async () => {
      const text = await metrics();
      expect(text).toMatch(/leasehold_webhook_attempts_total\{outcome="unexpected_status".*\} 1/);
      expect(text).toMatch(/leasehold_webhook_attempts_total\{outcome="succeeded".*\} 1/);
      expect(text).toMatch(/leasehold_webhook_in_flight\S* 0/);
      return true;
    });
    expect(await metrics()).toMatch(/leasehold_webhook_oldest_due_seconds\S* \d/);
    await webhooks.call('DELETE', `/v1/webhook-endpoints/${id}`);
    await receiver.close();
  });

  it('keeps no event that nobody is told of', async () => {
    const { id } = await webhooks.endpoint('https://example.com/', ['license.issued']);
    const count = async (): Promise<unknown> =>
      (await webhooks.service.context.database.pool.query('select count(*) from event')).rows;
    const before = await count();
    await webhooks.log.publish([
      suspended(license()),
      licenseRecord({ type: 'DomainProven', domain: 'example.com' }, license()),
      suspended(aLicense({ tenantId: webhooks.other.id })),
    ]);
    await consumed();
    expect(await count()).toEqual(before);
    await webhooks.call('DELETE', `/v1/webhook-endpoints/${id}`);
  });

  it('parks a record that is no event and goes on', async () => {
    const receiver = await captureHttp();
    const { id } = await webhooks.endpoint(receiver.url);
    const good = suspended(license());
    await webhooks.log.publish([
      { ...good, key: 'lic_broken', value: Buffer.from('{') },
      { ...good, key: randomUUID() },
    ]);
    await waitFor(() => receiver.requests.length === 1);
    await webhooks.call('DELETE', `/v1/webhook-endpoints/${id}`);
    await receiver.close();
  });
});

async function readiness(): Promise<{ readonly status: number; readonly checks: readonly string[] }> {
  const { status, body } = await webhooks.call<Record<string, unknown>>('GET', '/readyz');
  return { status, checks: Object.keys(body['details'] ?? {}) };
}

/** Until everything on the topic of licenses has been handled. */
async function consumed(): Promise<void> {
  await waitFor(async () => {
    const lags = await webhooks.log.lag('webhooks', [TOPICS.licenses]);
    return lags.every(({ lag }) => lag === 0);
  });
}
