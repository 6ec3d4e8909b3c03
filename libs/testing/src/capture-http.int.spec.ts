import { describe, expect, it } from '@jest/globals';
import { captureHttp } from './capture-http.js';

describe('captureHttp', () => {
  it('records requests as they came and answers by the script, then by default', async () => {
    const receiver = await captureHttp();
    receiver.answerNext({ status: 500, body: 'later' }, { hangUp: true });
    const send = (): Promise<Response> =>
      fetch(`${receiver.url}/hook?a=1`, { method: 'POST', body: '{"a": 1}', headers: { 'webhook-id': 'msg_1' } });

    const failed = await send();
    expect([failed.status, await failed.text()]).toEqual([500, 'later']);
    await expect(send()).rejects.toThrow('fetch failed');
    expect((await send()).status).toBe(204);
    receiver.answerAlways({ status: 410 });
    expect((await send()).status).toBe(410);

    expect(receiver.requests).toHaveLength(4);
    expect(receiver.requests[0]).toMatchObject({ method: 'POST', path: '/hook?a=1', body: '{"a": 1}' });
    expect(receiver.requests[0]?.headers['webhook-id']).toBe('msg_1');
    await receiver.close();
    await expect(send()).rejects.toThrow('fetch failed');
  });
});
