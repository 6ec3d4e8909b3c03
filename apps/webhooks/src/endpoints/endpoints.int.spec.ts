import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { captureHttp, type HttpCapture } from '@leasehold/testing';
import { Webhook } from 'standardwebhooks';
import { resendDelivery } from '../deliveries/resend-delivery.js';
import { changeEndpoint, deleteEndpoint, enableEndpoint } from './change-endpoint.js';
import { testEndpoint } from './test-endpoint.js';
import { type CreatedEndpoint, type RunningWebhooks, runWebhooks } from '../../test/running-webhooks.js';

let webhooks: RunningWebhooks;
let receiver: HttpCapture;
beforeAll(async () => {
  webhooks = await runWebhooks();
});
afterAll(() => webhooks.close());
beforeEach(async () => {
  receiver = await captureHttp();
});
afterEach(() => receiver.close());

const path = (id: string, command = ''): string => `/v1/webhook-endpoints/${id}${command}`;
const pool = () => webhooks.service.context.database.pool;

describe('POST /v1/webhook-endpoints', () => {
  it('shows the secret once, and keeps it as ciphertext only', async () => {
    const created = await webhooks.call<CreatedEndpoint>('POST', '/v1/webhook-endpoints', {
      body: { url: 'https://hooks.example.com/in', eventTypes: ['license.*', 'license.*'] },
    });
    expect(created.status).toBe(201);
    const { secret, ...shown } = created.body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(shown).toMatchObject({ url: 'https://hooks.example.com/in', eventTypes: ['license.*'], status: 'enabled' });
    expect((await webhooks.call('GET', path(shown.id))).body).toEqual(shown);
    expect((await webhooks.call('GET', '/v1/webhook-endpoints')).body.data).toContainEqual(shown);
    const { rows } = await pool().query<{ text: string }>('select e::text as text from endpoint e where id = $1', [
      shown.id,
    ]);
    expect(rows[0]?.text).toContain('lhe1.');
    expect(rows[0]?.text).not.toContain(secret.slice(6));
  });

  it('takes every type when none is named', async () => {
    const { body } = await webhooks.call('POST', '/v1/webhook-endpoints', { body: { url: 'https://example.com/' } });
    expect(body['eventTypes']).toEqual(['*']);
  });

  it('makes one endpoint of a request that is repeated, and answers the same secret', async () => {
    const request = { body: { url: 'https://once.example.com/' }, headers: { 'idempotency-key': 'once' } };
    const first = await webhooks.call('POST', '/v1/webhook-endpoints', request);
    const again = await webhooks.call('POST', '/v1/webhook-endpoints', request);
    expect(again).toMatchObject({ status: 201, body: first.body });
    const { rows } = await pool().query(`select id from endpoint where url like 'https://once.%'`);
    expect(rows).toEqual([{ id: first.body.id }]);
  });

  it.each([
    'http://10.0.0.7/',
    'https://2852039166/latest/meta-data',
    'https://[::ffff:169.254.169.254]/',
    'https://user:password@example.com/',
    'ftp://example.com/',
    'no url',
    '',
    'https://exam\nple.com/',
  ])('refuses %j', async (url) => {
    const refused = await webhooks.call('POST', '/v1/webhook-endpoints', { body: { url } });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'webhook_endpoint.url_refused', errors: [{ pointer: '/url' }] },
    });
  });

  it.each([
    ['no URL', {}],
    ['an unknown type', { url: 'https://example.com/', eventTypes: ['license.sold'] }],
    ['no type at all', { url: 'https://example.com/', eventTypes: [] }],
    ['a signature that is not there yet', { url: 'https://example.com/', signature: 'v1a' }],
    ['an unknown member', { url: 'https://example.com/', secret: 'mine' }],
    ['a URL that is too long', { url: `https://example.com/${'x'.repeat(2_048)}` }],
  ])('refuses %s with 422', async (_what, body) => {
    expect(await webhooks.call('POST', '/v1/webhook-endpoints', { body })).toMatchObject({
      status: 422,
      body: { code: 'invalid_request' },
    });
  });
});

describe('GET /v1/webhook-endpoints', () => {
  it('pages newest first, with every endpoint once', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) {
      webhooks.clock.advance(1);
      ids.push((await webhooks.endpoint(`https://page-${n}.example.com/`, ['*'], webhooks.other)).id);
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { body: { data: readonly Readonly<Record<string, unknown>>[]; nextCursor: string | null } } =
        await webhooks.call('GET', `/v1/webhook-endpoints?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`, {
          tenant: webhooks.other,
        });
      seen.push(...page.body.data.map(({ id }) => String(id)));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(ids.toReversed());
  });

  it('refuses a cursor that it did not give out', async () => {
    for (const list of ['/v1/webhook-endpoints', '/v1/webhook-deliveries']) {
      expect(await webhooks.call('GET', `${list}?cursor=WzFd`)).toMatchObject({
        status: 422,
        body: { code: 'invalid_cursor' },
      });
    }
  });
});

describe('PATCH /v1/webhook-endpoints/{id}', () => {
  it('changes what is named and nothing else', async () => {
    const { secret: _secret, ...endpoint } = await webhooks.endpoint('https://example.com/');
    webhooks.clock.advance(1_000);
    const patched = await webhooks.call('PATCH', path(endpoint.id), { body: { eventTypes: ['webhook.test'] } });
    expect(patched).toMatchObject({
      status: 200,
      body: { ...endpoint, eventTypes: ['webhook.test'], updatedAt: expect.not.stringMatching(endpoint.updatedAt) },
    });
    const moved = await webhooks.call('PATCH', path(endpoint.id), { body: { url: 'https://example.org/' } });
    expect(moved.body).toMatchObject({ url: 'https://example.org/', eventTypes: ['webhook.test'], status: 'enabled' });
  });

  it('refuses an address that webhooks may not reach', async () => {
    const { id } = await webhooks.endpoint('https://example.com/');
    const refused = await webhooks.call('PATCH', path(id), { body: { url: 'https://192.168.0.1/' } });
    expect(refused).toMatchObject({ status: 422, body: { code: 'webhook_endpoint.url_refused' } });
    expect((await webhooks.call('GET', path(id))).body['url']).toBe('https://example.com/');
  });

  it('pauses an endpoint: what comes meanwhile waits, and goes out once it is enabled', async () => {
    const { id } = await webhooks.endpoint(receiver.url);
    expect((await webhooks.call('PATCH', path(id), { body: { status: 'paused' } })).body['status']).toBe('paused');
    const scheduled = await webhooks.call('POST', path(id, '/test'));
    expect(scheduled.status).toBe(202);
    const waiting = await webhooks.deliveries(`endpointId=${id}&status=paused`);
    expect(waiting).toMatchObject([{ id: scheduled.body['deliveryId'], nextAttemptAt: null, attempts: [] }]);
    expect(await webhooks.deliveries(`endpointId=${id}&status=pending`)).toEqual([]);
    webhooks.clock.advance(60_000);
    expect((await webhooks.call('POST', path(id, '/enable'))).body['status']).toBe('enabled');
    await webhooks.delivery(`endpointId=${id}`, ({ status }) => status === 'succeeded');
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('POST /v1/webhook-endpoints/{id}/enable', () => {
  it('answers 409 for an endpoint that is enabled', async () => {
    const { id } = await webhooks.endpoint('https://example.com/');
    expect(await webhooks.call('POST', path(id, '/enable'))).toMatchObject({
      status: 409,
      body: { code: 'webhook_endpoint.not_disabled' },
    });
  });
});

describe('POST /v1/webhook-endpoints/{id}/test', () => {
  it('sends a signed webhook.test, whatever types the endpoint takes', async () => {
    const { id, secret } = await webhooks.endpoint(receiver.url, ['license.issued']);
    const { status, body } = await webhooks.call('POST', path(id, '/test'));
    expect(status).toBe(202);
    const delivery = await webhooks.delivery(`endpointId=${id}`, (found) => found.status === 'succeeded');
    expect(delivery).toMatchObject({ id: body['deliveryId'], eventId: body['eventId'], eventType: 'webhook.test' });
    const [request] = receiver.requests;
    expect(request?.headers['webhook-id']).toBe(body['eventId']);
    expect(
      new Webhook(secret).verify(request?.body ?? '', {
        ...(request?.headers as Record<string, string>),
      }),
    ).toMatchObject({ type: 'webhook.test', data: { endpoint_id: id } });
  });
});

describe('DELETE /v1/webhook-endpoints/{id}', () => {
  it('takes the endpoint and its deliveries away, and sends nothing more', async () => {
    receiver.answerAlways({ status: 500 });
    const { id } = await webhooks.endpoint(receiver.url);
    await webhooks.call('POST', path(id, '/test'));
    const { id: deliveryId } = await webhooks.delivery(`endpointId=${id}`, ({ attempts }) => attempts.length === 1);
    expect(await webhooks.call('DELETE', path(id))).toMatchObject({ status: 204, body: undefined });
    expect(await webhooks.call('DELETE', path(id))).toMatchObject({ status: 404 });
    expect(await webhooks.call('GET', `/v1/webhook-deliveries?endpointId=${id}`)).toMatchObject({ status: 404 });
    expect(await webhooks.call('POST', `/v1/webhook-deliveries/${deliveryId}/resend`)).toMatchObject({ status: 404 });
    const { rows } = await pool().query('select id from delivery where endpoint_id = $1', [id]);
    expect(rows).toEqual([]);
  });
});

describe('another tenant', () => {
  it('finds no endpoint and no delivery of this one', async () => {
    const { id } = await webhooks.endpoint(receiver.url);
    await webhooks.call('POST', path(id, '/test'));
    const { id: deliveryId } = await webhooks.delivery(`endpointId=${id}`, ({ status }) => status === 'succeeded');
    const tenant = webhooks.other;
    const answers = [
      await webhooks.call('GET', path(id), { tenant }),
      await webhooks.call('PATCH', path(id), { tenant, body: { status: 'paused' } }),
      await webhooks.call('POST', path(id, '/test'), { tenant }),
      await webhooks.call('POST', path(id, '/enable'), { tenant }),
      await webhooks.call('DELETE', path(id), { tenant }),
      await webhooks.call('GET', `/v1/webhook-deliveries?endpointId=${id}`, { tenant }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      answers.map(() => [404, 'webhook_endpoint.not_found']),
    );
    expect(await webhooks.call('POST', `/v1/webhook-deliveries/${deliveryId}/resend`, { tenant })).toMatchObject({
      status: 404,
      body: { code: 'webhook_delivery.not_found' },
    });
    const ids = (await webhooks.deliveries('', tenant)).map((delivery) => delivery.id);
    expect(ids).not.toContain(deliveryId);
    expect((await webhooks.call('GET', path(id))).body['status']).toBe('enabled');
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('a request that makes no sense', () => {
  const id = `we_${'0'.repeat(26)}`;
  const odd = [
    'we_1',
    'null',
    '%00',
    'we_%F0%9F%A6%80',
    `${id}x`,
    "we_'; drop table endpoint --",
    `wd_${'0'.repeat(26)}`,
  ];

  it.each(odd)('is refused with a code of its own, for the id %s', async (name) => {
    for (const [method, target] of [
      ['GET', path(name)],
      ['DELETE', path(name)],
      ['POST', path(name, '/test')],
      ['POST', path(name, '/enable')],
      ['POST', `/v1/webhook-deliveries/${name}x/resend`],
      ['GET', `/v1/webhook-deliveries?endpointId=${name}`],
    ] as const) {
      const { status, body } = await webhooks.call(method, encodeURI(target).replaceAll('%25', '%'));
      expect([400, 404, 422]).toContain(status);
      expect(body.code).toMatch(/^[a-z_.]+$/);
    }
  });

  it.each([
    '[]',
    'null',
    '"text"',
    '{"url":7}',
    '{"url":null}',
    '{"url":"https://example.com/","eventTypes":"*"}',
    '{',
  ])('is refused with the body %s', async (text) => {
    const answer = await fetch(`${webhooks.url}/v1/webhook-endpoints`, {
      method: 'POST',
      headers: { authorization: `Bearer ${webhooks.tenant.secretKey}`, 'content-type': 'application/json' },
      body: text,
    });
    expect([400, 422]).toContain(answer.status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it.each(['status=lost', 'eventType=license.sold', 'limit=0', 'limit=101', 'since=now', 'limit=1&limit=2'])(
    'is refused with the query %s',
    async (query) => {
      expect(await webhooks.call('GET', `/v1/webhook-deliveries?${query}`)).toMatchObject({
        status: 422,
        body: { code: 'invalid_request' },
      });
    },
  );

  it('is not found for ids that nobody has', async () => {
    expect((await webhooks.call('GET', path(id))).body.code).toBe('webhook_endpoint.not_found');
    const delivery = `/v1/webhook-deliveries/wd_${'0'.repeat(26)}/resend`;
    expect((await webhooks.call('POST', delivery)).body.code).toBe('webhook_delivery.not_found');
  });
});

describe('a repeated request', () => {
  it('to delete an endpoint or to enable it answers what it answered first', async () => {
    const { body } = await webhooks.call<CreatedEndpoint>('POST', '/v1/webhook-endpoints', {
      body: { url: 'https://again.example.com/' },
    });
    await webhooks.call('PATCH', path(body.id), { body: { status: 'paused' } });
    const enable = () => webhooks.call('POST', path(body.id, '/enable'), { headers: { 'idempotency-key': 'enable' } });
    const first = await enable();
    expect(first.status).toBe(200);
    expect(await enable()).toMatchObject({ status: 200, body: first.body });
    const remove = () =>
      fetch(webhooks.url + path(body.id), {
        method: 'DELETE',
        headers: { authorization: `Bearer ${webhooks.tenant.secretKey}`, 'idempotency-key': 'delete' },
      });
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 204]);
    expect((await webhooks.call('GET', path(body.id))).status).toBe(404);
  });

  it('to test an endpoint schedules one delivery, and its answer is kept with it', async () => {
    const { id } = await webhooks.endpoint(receiver.url);
    const headers = { 'idempotency-key': 'test-once' };
    const first = await webhooks.call('POST', path(id, '/test'), { headers });
    const again = await webhooks.call('POST', path(id, '/test'), { headers });
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(await webhooks.deliveries(`endpointId=${id}`)).toHaveLength(1);
  });

  it('that another has taken over writes nothing', async () => {
    const row = { table: 'idempotency', op: 'update', row: { id: 'none', claim: 'lost', answer: 'x' } } as const;
    const { id } = await webhooks.endpoint(receiver.url);
    const draw = { ...webhooks.service.context, pool: pool() };
    const own = { tenantId: webhooks.tenant.id, endpointId: id };
    await expect(testEndpoint(draw, own, () => Promise.resolve(row))).rejects.toMatchObject({
      code: 'idempotency_in_flight',
    });
    expect(await webhooks.deliveries(`endpointId=${id}`)).toEqual([]);
  });
});

describe('an answer that another request has taken over', () => {
  it('takes back the change, the enabling, the resend or the deletion that it was for', async () => {
    const { tenant, clock } = webhooks;
    const { body } = await webhooks.call<CreatedEndpoint>('POST', '/v1/webhook-endpoints', {
      body: { url: 'https://kept.example.com/' },
    });
    await webhooks.call('PATCH', path(body.id), { body: { status: 'paused' } });
    const { body: scheduled } = await webhooks.call('POST', path(body.id, '/test'));
    const state = async () => [
      (await webhooks.call('GET', path(body.id))).body,
      (await webhooks.call('GET', `/v1/webhook-deliveries?endpointId=${body.id}`)).body.data,
      (await pool().query('select due_at, step from delivery where endpoint_id = $1', [body.id])).rows,
    ];
    const before = await state();
    const own = { tenantId: tenant.id, endpointId: body.id };
    const now = clock.now() + 1_000;
    const row = { table: 'idempotency', op: 'update', row: { id: 'none', claim: 'lost', answer: 'x' } } as const;
    const keep = () => Promise.resolve(row);
    const lost = { code: 'idempotency_in_flight' };
    await expect(changeEndpoint(pool(), { ...own, url: 'https://b.example', now }, keep)).rejects.toMatchObject(lost);
    await expect(enableEndpoint(pool(), own, now, keep)).rejects.toMatchObject(lost);
    const delivery = { tenantId: tenant.id, deliveryId: String(scheduled['deliveryId']), now };
    await expect(resendDelivery(pool(), delivery, keep)).rejects.toMatchObject(lost);
    await expect(deleteEndpoint(pool(), own, keep)).rejects.toMatchObject(lost);
    expect(await state()).toEqual(before);
  });
});

describe('GET /v1/webhook-deliveries', () => {
  it('filters by endpoint, status and type, and pages newest first', async () => {
    const { id } = await webhooks.endpoint(receiver.url);
    const scheduled: string[] = [];
    for (let n = 0; n < 5; n++) {
      webhooks.clock.advance(1);
      scheduled.push(String((await webhooks.call('POST', path(id, '/test'))).body['deliveryId']));
    }
    const list = `/v1/webhook-deliveries?endpointId=${id}&limit=3`;
    const first = (await webhooks.call('GET', list)).body;
    const second = (await webhooks.call('GET', `${list}&cursor=${String(first.nextCursor)}`)).body;
    expect([...first.data, ...second.data].map((delivery) => delivery['id'])).toEqual(scheduled.toReversed());
    expect(second.nextCursor).toBeNull();
    expect(await webhooks.deliveries(`endpointId=${id}&eventType=license.issued`)).toEqual([]);
    expect(await webhooks.deliveries(`endpointId=${id}&eventType=webhook.test`)).toHaveLength(5);
    expect(await webhooks.deliveries(`endpointId=${id}&status=failed`)).toEqual([]);
  });
});
