import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { captureHttp, type HttpCapture } from '@leasehold/testing';
import { type RunningWebhooks, runWebhooks } from '../../test/running-webhooks.js';
import { forgetOldEvents } from './forget-old-events.js';

let webhooks: RunningWebhooks;
let receiver: HttpCapture;
beforeAll(async () => {
  webhooks = await runWebhooks();
  receiver = await captureHttp();
});
afterAll(async () => {
  await webhooks.close();
  await receiver.close();
});
const pool = () => webhooks.service.context.database.pool;

describe('forgetOldEvents', () => {
  it('forgets what is older than thirty days, and nothing younger', async () => {
    const { id } = await webhooks.endpoint(receiver.url);
    await webhooks.call('POST', `/v1/webhook-endpoints/${id}/test`);
    await webhooks.delivery(`endpointId=${id}`, ({ status }) => status === 'succeeded');
    const day = 86_400_000;
    await forgetOldEvents(pool(), webhooks.clock.now() + 29 * day);
    expect(await webhooks.deliveries(`endpointId=${id}`)).toHaveLength(1);
    await forgetOldEvents(pool(), webhooks.clock.now() + 31 * day);
    expect(await webhooks.deliveries(`endpointId=${id}`)).toEqual([]);
  });
});
