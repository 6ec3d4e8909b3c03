import { request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import { type Answer, ask, bearer, send } from './ask.js';
import { ValidationSuite } from './validation-suite.js';

const suite = new ValidationSuite({ config: { anonymousPerSecond: 20, anonymousBurst: 10 } });
const domain = 'example.com';

const batch = (items: readonly object[], headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  send(suite.url, JSON.stringify({ items }), {
    path: '/v1/licenses/validate/batch',
    headers: { 'content-type': 'application/json', ...headers },
  });
const batchOf = (licenseKey: string, count: number): Promise<Answer> =>
  batch(Array.from({ length: count }, () => ({ licenseKey, domain })));

describe('a caller over its rate', () => {
  it('is held, each request on its slot, then refused; and the answers say so', async () => {
    const { id: licenseKey } = await suite.tell();
    const times: number[] = [];
    const startedAt = performance.now();
    const answers: Answer[] = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const answer = await ask(suite.url, { licenseKey, domain });
        if (answer.status === 200) times.push(performance.now() - startedAt);
        return answer;
      }),
    );
    const granted = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect(granted.every(({ body }) => body['code'] === 'valid')).toBe(true);
    // ten at once, forty slots; the time that the asking takes may open a few more
    expect(granted.length).toBeGreaterThanOrEqual(50);
    expect(granted.length + refused.length).toBe(60);
    expect(refused.length).toBeGreaterThan(0);
    const held = granted.filter(({ headers }) => headers['server-timing'] !== undefined);
    expect(held.length).toBeGreaterThanOrEqual(35);
    expect(held[0]?.headers['server-timing']).toMatch(/^throttle;dur=\d+$/);
    expect(Math.max(...times)).toBeGreaterThan(1_500);
    for (const { headers, body } of refused) {
      expect(body['code']).toBe('rate_limited');
      expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(headers['access-control-allow-origin']).toBe('*');
    }
  });

  it('moves nobody else: another license and another caller are answered at once', async () => {
    const [greedy, calm] = [await suite.tell(), await suite.tell()];
    const flood = Array.from({ length: 45 }, () => ask(suite.url, { licenseKey: greedy.id, domain }));
    const answer = await ask(suite.url, { licenseKey: calm.id, domain });
    expect(answer.headers).not.toHaveProperty('server-timing');
    expect(answer.headers['ratelimit']).toBe('"validation";r=9;t=1');
    expect(answer.headers['ratelimit-policy']).toBe('"validation";q=10;w=1');
    const keyed = await ask(suite.url, { licenseKey: greedy.id, domain }, bearer(suite.keys.secret));
    expect(keyed.headers).not.toHaveProperty('server-timing');
    await Promise.all(flood);
  });

  it('is not waited for once it has hung up', async () => {
    const { id: licenseKey } = await suite.tell();
    for (let n = 0; n < 10; n += 1) await ask(suite.url, { licenseKey, domain });
    const body = JSON.stringify({ licenseKey, domain });
    const hanging = Array.from({ length: 30 }, () => {
      const outgoing = request(`${suite.url}/v1/licenses/validate`, { method: 'POST' });
      outgoing.on('error', () => undefined);
      outgoing.end(body);
      return outgoing;
    });
    const held = async (): Promise<number> =>
      Number(/held_requests\{[^}]*\} (\d+)/.exec(await suite.metrics())?.[1] ?? 'NaN');
    await waitFor(async () => (await held()) > 10);
    for (const outgoing of hanging) outgoing.destroy();
    await waitFor(async () => (await held()) === 0, { timeoutMs: 700 });
  });

  it('pays n for a batch of n, which is held like the rest and says so', async () => {
    const { id } = await suite.tell();
    const startedAt = performance.now();
    const held = await batchOf(id, 20);
    expect(held.status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(400);
    expect(held.headers['server-timing']).toBe('throttle;dur=500');
    expect(held.headers['ratelimit']).toBe('"validation";r=0;t=1');
    expect(held.headers['ratelimit-policy']).toBe('"validation";q=10;w=1');
    const { id: other } = await suite.tell();
    // both would be 85, and there is room for 50: whichever comes second is refused
    const both = await Promise.all([batchOf(other, 45), batchOf(other, 40)]);
    const refused = both.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ code: 'rate_limited' });
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(refused?.headers['ratelimit']).toMatch(/^"validation";r=0;t=\d$/);
    expect(refused?.headers['access-control-expose-headers']).toBe('Retry-After');
  });

  it('gets the largest batch for one license when it has been silent, and pays for all that it could have had', async () => {
    const { id } = await suite.tell();
    const whole = await batchOf(id, 100);
    expect(whole.status).toBe(200);
    expect(whole.body['results']).toHaveLength(100);
    expect((await batchOf(id, 100)).status).toBe(429);
  });

  it('without a key reads of a batch what is left of its poorest license', async () => {
    const [rich, poor] = [await suite.tell(), await suite.tell()];
    const items = [rich, poor, poor, poor].map(({ id }) => ({ licenseKey: id, domain }));
    expect((await batch(items)).headers['ratelimit']).toBe('"validation";r=7;t=1');
    const keyed = await batch(items, bearer(suite.keys.secret));
    expect(keyed.headers['ratelimit']).toBe('"validation";r=1996;t=1');
    expect(keyed.headers).not.toHaveProperty('server-timing');
  });
});
