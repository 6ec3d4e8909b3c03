import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { captureHttp, type HttpCapture, waitFor } from '@leasehold/testing';
import { aLicense, suspended } from '../../test/log-events.js';
import { type RunningWebhooks, runWebhooks } from '../../test/running-webhooks.js';

const DAY = 86_400_000;
let webhooks: RunningWebhooks;
let receiver: HttpCapture;
let witness: HttpCapture;
beforeAll(async () => {
  webhooks = await runWebhooks();
});
afterAll(() => webhooks.close());
beforeEach(async () => {
  receiver = await captureHttp();
  witness = await captureHttp();
});
afterEach(async () => {
  for (const { id } of (await webhooks.call('GET', '/v1/webhook-endpoints?limit=100')).body.data) {
    await webhooks.call('DELETE', `/v1/webhook-endpoints/${String(id)}`);
  }
  await receiver.close();
  await witness.close();
});

const publish = () => webhooks.log.publish([suspended(aLicense({ tenantId: webhooks.tenant.id }))]);
const endpointOf = async (id: string) => (await webhooks.call('GET', `/v1/webhook-endpoints/${id}`)).body;
const disabled = (id: string) =>
  waitFor(async () => {
    const endpoint = await endpointOf(id);
    return endpoint['status'] === 'disabled' && endpoint;
  });
const counted = (id: string, attempts: number) =>
  webhooks.delivery(`endpointId=${id}`, (delivery) => delivery.attempts.length === attempts);
const advanceTo = (time: string | null): void => webhooks.clock.advance(Date.parse(time ?? '') - webhooks.clock.now());

describe('an endpoint that answers 410', () => {
  it('is disabled at once, and its deliveries wait until it is enabled again', async () => {
    receiver.answerNext({ status: 410 });
    const { id } = await webhooks.endpoint(receiver.url);
    await publish();
    expect(await disabled(id)).toMatchObject({ disabledReason: 'gone' });
    expect(await counted(id, 1)).toMatchObject({
      status: 'paused',
      nextAttemptAt: null,
      attempts: [{ statusCode: 410, error: 'gone' }],
    });
    await publish();
    await waitFor(async () => (await webhooks.deliveries(`endpointId=${id}&status=paused`)).length === 2);
    webhooks.clock.advance(DAY);
    // a second endpoint shows that the sender has looked since then
    const { id: other } = await webhooks.endpoint(witness.url, ['webhook.test']);
    await webhooks.call('POST', `/v1/webhook-endpoints/${other}/test`);
    await waitFor(() => witness.requests.length === 1);
    expect(receiver.requests).toHaveLength(1);
    const enabled = await webhooks.call('POST', `/v1/webhook-endpoints/${id}/enable`);
    expect(enabled).toMatchObject({ status: 200, body: { status: 'enabled' } });
    expect(enabled.body).not.toHaveProperty('disabledReason');
    await waitFor(async () => (await webhooks.deliveries(`endpointId=${id}&status=succeeded`)).length === 2);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
  });

  it('is told of to the other endpoints of its tenant, not to itself nor to another tenant', async () => {
    receiver.answerNext({ status: 410 });
    const { id } = await webhooks.endpoint(receiver.url, ['*']);
    await webhooks.endpoint(`${witness.url}/own`, ['webhook.endpoint_disabled']);
    const foreign = await webhooks.endpoint(`${witness.url}/foreign`, ['*'], webhooks.other);
    await publish();
    await disabled(id);
    const [request] = await waitFor(() => witness.requests.length > 0 && witness.requests);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      type: 'webhook.endpoint_disabled',
      data: { endpoint_id: id, url: receiver.url, reason: 'gone' },
    });
    expect(await webhooks.deliveries('eventType=webhook.endpoint_disabled')).toHaveLength(1);
    expect(await webhooks.deliveries(`endpointId=${foreign.id}`, webhooks.other)).toEqual([]);
    expect(await webhooks.deliveries(`endpointId=${id}`)).toHaveLength(1);
  });
});

describe('an endpoint that fails', () => {
  it('is disabled after five days of failure, not before', async () => {
    receiver.answerAlways({ status: 500 });
    const { id } = await webhooks.endpoint(receiver.url);
    const began = webhooks.clock.now();
    await publish();
    for (let attempt = 1; attempt < 11; attempt++) advanceTo((await counted(id, attempt)).nextAttemptAt);
    expect(await counted(id, 11)).toMatchObject({ status: 'failed' });
    expect((await endpointOf(id))['status']).toBe('enabled');
    // the next event's failures go on where these ended
    await publish();
    for (let attempt = 1; webhooks.clock.now() < began + 5 * DAY; attempt++) {
      expect((await endpointOf(id))['status']).toBe('enabled');
      const [newest] = await waitFor(async () => {
        const found = await webhooks.deliveries(`endpointId=${id}&status=pending`);
        return found[0]?.attempts.length === attempt && found;
      });
      advanceTo(newest?.nextAttemptAt ?? '');
    }
    expect(await disabled(id)).toMatchObject({ disabledReason: 'failing' });
  }, 30_000);

  it('is forgiven by one success', async () => {
    receiver.answerNext({ status: 500 });
    const { id } = await webhooks.endpoint(receiver.url);
    await publish();
    advanceTo((await counted(id, 1)).nextAttemptAt);
    await counted(id, 2);
    const { rows } = await webhooks.service.context.database.pool.query(
      'select failing_since, last_failure_at from endpoint where id = $1',
      [id],
    );
    expect(rows).toEqual([{ failing_since: null, last_failure_at: null }]);
  });
});
