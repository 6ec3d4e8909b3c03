import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EVENTS, decodeEvent, isEvent, type WebhookAttempt } from '@leasehold/contracts';
import { captureHttp, type CapturedRequest, type HttpCapture, waitFor } from '@leasehold/testing';
import { Webhook } from 'standardwebhooks';
import { aFinding, aLicense, findingRecord, LICENSE, suspended } from '../../test/log-events.js';
import { type CreatedEndpoint, type RunningWebhooks, runWebhooks } from '../../test/running-webhooks.js';

let webhooks: RunningWebhooks;
let receiver: HttpCapture;
beforeAll(async () => {
  webhooks = await runWebhooks({ webhookTimeoutMs: 1_000 });
});
afterAll(() => webhooks.close());
beforeEach(async () => {
  receiver = await captureHttp();
});
afterEach(async () => {
  for (const { id } of (await webhooks.call('GET', '/v1/webhook-endpoints?limit=100')).body.data) {
    await webhooks.call('DELETE', `/v1/webhook-endpoints/${String(id)}`);
  }
  await receiver.close();
});

const license = () => aLicense({ tenantId: webhooks.tenant.id });
const publish = () => webhooks.log.publish([suspended(license())]);
const received = (count: number): Promise<readonly CapturedRequest[]> =>
  waitFor(() => receiver.requests.length >= count && receiver.requests, {
    describe: () => `${count} requests, seen ${receiver.requests.length}`,
  });
const only = async (endpoint: CreatedEndpoint, attempts: number) =>
  webhooks.delivery(`endpointId=${endpoint.id}`, (delivery) => delivery.attempts.length === attempts);
const advance = (seconds: number): void => webhooks.clock.advance(seconds * 1_000);

describe('a delivery', () => {
  it('is signed so that an independent verifier accepts the very bytes that arrive', async () => {
    const endpoint = await webhooks.endpoint(`${receiver.url}/hook?a=1`, ['license.suspicious_activity']);
    await webhooks.log.publish([
      suspended(license()),
      findingRecord(aFinding({ tenant: webhooks.tenant.id, requestedDomain: 'bücher.example' })),
    ]);
    const [request] = await received(1);
    expect(request).toMatchObject({ method: 'POST', path: '/hook?a=1' });
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(request?.headers['user-agent']).toMatch(/^Leasehold-Webhooks\/\d/);
    const verified = new Webhook(endpoint.secret).verify(
      request?.body ?? '',
      request?.headers as Record<string, string>,
    );
    expect(verified).toMatchObject({
      type: 'license.suspicious_activity',
      data: { license_id: LICENSE, reason: 'domain_mismatch', requested_domain: 'bücher.example' },
    });
    const delivery = await only(endpoint, 1);
    expect(delivery).toMatchObject({
      status: 'succeeded',
      eventId: request?.headers['webhook-id'],
      eventType: 'license.suspicious_activity',
      attempts: [{ statusCode: 204 }],
      nextAttemptAt: null,
    });
    expect(receiver.requests).toHaveLength(1);
  });

  it('is tried again by the schedule under the same id with a new timestamp, until it succeeds', async () => {
    receiver.answerNext({ status: 500 }, { status: 404 }, { hangUp: true });
    const endpoint = await webhooks.endpoint(receiver.url);
    await publish();
    const first = await only(endpoint, 1);
    expect(first).toMatchObject({ status: 'pending', attempts: [{ statusCode: 500, error: 'unexpected_status' }] });
    const wait = Date.parse(first.nextAttemptAt ?? '') - webhooks.clock.now();
    expect(wait).toBeGreaterThanOrEqual(5_000);
    expect(wait).toBeLessThanOrEqual(5_500);
    advance(6);
    expect((await only(endpoint, 2)).attempts[1]).toMatchObject({ statusCode: 404 });
    advance(67);
    const third = await only(endpoint, 3);
    expect(third.attempts[2]).toMatchObject({ error: 'connection_failed' });
    expect(third.attempts[2]).not.toHaveProperty('statusCode');
    advance(331);
    const last = await only(endpoint, 4);
    expect(last).toMatchObject({ status: 'succeeded', nextAttemptAt: null });
    const requests = await received(4);
    expect(new Set(requests.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([last.eventId]));
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    expect(new Set(requests.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(4);
    expect(new Set(requests.map(({ headers }) => headers['webhook-signature'])).size).toBe(4);
  });

  it('has failed after eleven attempts, and can be sent again under its id', async () => {
    receiver.answerAlways({ status: 500 });
    const endpoint = await webhooks.endpoint(receiver.url);
    await publish();
    for (let attempt = 1; attempt < 11; attempt++) {
      const { nextAttemptAt } = await only(endpoint, attempt);
      webhooks.clock.advance(Date.parse(nextAttemptAt ?? '') - webhooks.clock.now());
    }
    const failed = await only(endpoint, 11);
    expect(failed).toMatchObject({ status: 'failed', nextAttemptAt: null });
    receiver.answerAlways({ status: 200 });
    const resent = await webhooks.call('POST', `/v1/webhook-deliveries/${failed.id}/resend`);
    expect(resent).toMatchObject({ status: 202, body: { id: failed.id, status: 'pending' } });
    expect(await only(endpoint, 12)).toMatchObject({ status: 'succeeded' });
    expect(receiver.requests.at(-1)?.headers['webhook-id']).toBe(failed.eventId);
  });

  it('can be sent again after it succeeded', async () => {
    const endpoint = await webhooks.endpoint(receiver.url);
    await publish();
    const { id, eventId } = await only(endpoint, 1);
    await webhooks.call('POST', `/v1/webhook-deliveries/${id}/resend`);
    expect(await only(endpoint, 2)).toMatchObject({ id, eventId, status: 'succeeded' });
    expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual([eventId, eventId]);
  });

  it.each([301, 302, 307, 308])('does not follow a %i', async (status) => {
    receiver.answerNext({ status, headers: { location: `${receiver.url}/elsewhere` } });
    const endpoint = await webhooks.endpoint(`${receiver.url}/hook`);
    await publish();
    expect(await only(endpoint, 1)).toMatchObject({
      status: 'pending',
      attempts: [{ statusCode: status, error: 'redirect_refused' }],
    });
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('waits as long as Retry-After asks', async () => {
    receiver.answerNext({ status: 429, headers: { 'retry-after': '1800' } });
    const endpoint = await webhooks.endpoint(receiver.url);
    await publish();
    const { nextAttemptAt } = await only(endpoint, 1);
    expect(Date.parse(nextAttemptAt ?? '') - webhooks.clock.now()).toBeGreaterThanOrEqual(1_800_000);
  });

  it('fails when the answer takes longer than the deadline, whatever comes of it later', async () => {
    receiver.answerNext({ delayMs: 1_500 });
    const endpoint = await webhooks.endpoint(receiver.url);
    await publish();
    const { attempts } = await only(endpoint, 1);
    expect(attempts[0]).toMatchObject({ error: 'timeout' });
    expect(attempts[0]?.durationMs).toBeGreaterThanOrEqual(990);
  });

  it('keeps the beginning of what was answered, and shows it to nobody', async () => {
    receiver.answerNext({ status: 500, body: `because ${'x'.repeat(200_000)}` });
    const endpoint = await webhooks.endpoint(receiver.url);
    await publish();
    const delivery = await only(endpoint, 1);
    expect(delivery.attempts[0]).toMatchObject({ statusCode: 500 });
    expect(JSON.stringify(delivery)).not.toContain('because');
    const { rows } = await webhooks.service.context.database.pool.query<{ response: Buffer; url: string }>(
      'select response, url from attempt where delivery_id = $1',
      [delivery.id],
    );
    expect(rows[0]?.response).toHaveLength(16 * 1_024);
    expect(rows[0]?.response.toString()).toMatch(/^because x/);
    expect(rows[0]?.url).toBe(receiver.url);
  });

  it('goes to the address that the endpoint has now', async () => {
    receiver.answerNext({ status: 500 });
    const endpoint = await webhooks.endpoint(`${receiver.url}/old`);
    await publish();
    await only(endpoint, 1);
    await webhooks.call('PATCH', `/v1/webhook-endpoints/${endpoint.id}`, { body: { url: `${receiver.url}/new` } });
    advance(6);
    await only(endpoint, 2);
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/old', '/new']);
  });

  it('is told on the log, each attempt once', async () => {
    const told: WebhookAttempt[] = [];
    const follower = await webhooks.log.follow([EVENTS.webhookAttempt.topic], 'start', async ({ records }) => {
      for (const record of records) {
        const decoded = decodeEvent(record);
        if ('event' in decoded && isEvent(decoded.event, EVENTS.webhookAttempt) && decoded.event.data) {
          told.push(decoded.event.data);
        }
      }
    });
    receiver.answerNext({ status: 503 });
    const endpoint = await webhooks.endpoint(receiver.url);
    await publish();
    const { id, eventId } = await only(endpoint, 1);
    advance(6);
    await only(endpoint, 2);
    const own = await waitFor(() => {
      const found = told.filter(({ delivery }) => delivery === id);
      return found.length >= 2 && found;
    });
    await follower.close();
    const about = { delivery: id, endpoint: endpoint.id, tenant: webhooks.tenant.id, eventId };
    expect(own).toMatchObject([
      { ...about, eventType: 'license.suspended', attempt: 1, statusCode: 503, error: 'unexpected_status' },
      { ...about, attempt: 2, statusCode: 204, error: null },
    ]);
  });
});

describe('an event', () => {
  it('goes to every endpoint of its tenant that takes its type, under one id, and to nobody else', async () => {
    const [all, group, another] = [
      await webhooks.endpoint(`${receiver.url}/all`, ['*']),
      await webhooks.endpoint(`${receiver.url}/group`, ['license.*']),
      await webhooks.endpoint(`${receiver.url}/another`, ['license.issued', 'webhook.*']),
    ];
    const foreign = await webhooks.endpoint(`${receiver.url}/foreign`, ['*'], webhooks.other);
    await publish();
    const [one, two] = [await only(all, 1), await only(group, 1)];
    expect(one.eventId).toBe(two.eventId);
    expect(await webhooks.deliveries(`endpointId=${another.id}`)).toEqual([]);
    expect(await webhooks.deliveries(`endpointId=${foreign.id}`, webhooks.other)).toEqual([]);
    expect(receiver.requests.map(({ path }) => path).sort()).toEqual(['/all', '/group']);
  });

  it('is scheduled once for an endpoint although the log gives it twice', async () => {
    const endpoint = await webhooks.endpoint(receiver.url);
    const record = suspended(license());
    await webhooks.log.publish([record, record]);
    await webhooks.log.publish([record]);
    await webhooks.log.publish([suspended(license())]);
    await received(2);
    const scheduled = await waitFor(async () => {
      const found = await webhooks.deliveries(`endpointId=${endpoint.id}&status=succeeded`);
      return found.length >= 2 && found;
    });
    expect(scheduled).toHaveLength(2);
    expect(new Set(scheduled.map(({ eventId }) => eventId)).size).toBe(2);
  });
});
