import { describe, expect, it } from '@jest/globals';
import { verifyReceipt } from '@leasehold/tokens';
import { type Answer, ask, bearer, send } from './ask.js';
import { PUBLIC_URL } from './running-validation.js';
import { ValidationSuite } from './validation-suite.js';

const suite = new ValidationSuite();

describe('who asks', () => {
  it('never sees a license of another tenant with a key of its own', async () => {
    const license = await suite.tell();
    const question = { licenseKey: license.id, domain: 'example.com' };
    expect(await suite.codeOf(question, bearer(suite.keys.secret))).toBe('valid');
    expect(await suite.codeOf(question, bearer(suite.keys.publishable))).toBe('valid');
    const { body } = await ask(suite.url, question, bearer(suite.keys.otherSecret));
    expect(body['code']).toBe('not_found');
    expect(Object.keys(body).sort()).toEqual(
      ['checkedAt', 'code', 'domain', 'grace', 'nonce', 'receipt', 'valid', 'warnings'].sort(),
    );
  });

  it('reads why a license is suspended with a secret key only', async () => {
    const license = await suite.tell({ suspensions: ['billing', 'abuse'] });
    const question = { licenseKey: license.id, domain: 'example.com' };
    expect((await ask(suite.url, question, bearer(suite.keys.secret))).body['reasons']).toEqual(['billing', 'abuse']);
    expect((await ask(suite.url, question, bearer(suite.keys.publishable))).body).not.toHaveProperty('reasons');
    expect((await ask(suite.url, question)).text).not.toContain('billing');
  });

  it('never reads anything about the customer', async () => {
    const license = await suite.tell({ customerReference: 'customer-of-mine' });
    for (const headers of [{}, bearer(suite.keys.publishable), bearer(suite.keys.secret)]) {
      const { text, body } = await ask(suite.url, { licenseKey: license.id, domain: 'example.com' }, headers);
      const payload = Buffer.from(String(body['receipt']).split('.')[1] ?? '', 'base64url').toString();
      expect(text + payload).not.toContain('customer-of-mine');
    }
  });

  it.each([
    ['Bearer lh_sk_nonsense', 'invalid_api_key'],
    ['Bearer', 'unauthenticated'],
    ['Basic dXNlcjpwYXNz', 'unauthenticated'],
    ['', 'unauthenticated'],
    ['Bearer a b', 'unauthenticated'],
  ])('is refused with the key %j', async (authorization, code) => {
    const { status, body, headers } = await ask(suite.url, { licenseKey: 'x' }, { authorization });
    expect({ status, code: body['code'] }).toEqual({ status: 401, code });
    expect(headers['content-type']).toBe('application/problem+json');
    expect(headers['www-authenticate']).toContain('Bearer');
  });

  it.each(['/v1/licenses/validate', '/v1/licenses/validate/batch'])(
    'may be a browser anywhere: %s is open to all origins, for its errors too',
    async (path) => {
      const preflight = await send(suite.url, undefined, {
        method: 'OPTIONS',
        path,
        headers: {
          origin: 'https://shop.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization, content-type',
        },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers).toHaveProperty('access-control-allow-origin', '*');
      expect(preflight.headers['access-control-allow-methods']).toContain('POST');
      expect(preflight.headers['access-control-allow-headers']).toMatch(/authorization.*content-type/i);
      const good = JSON.stringify({ items: [{}] });
      const headers = { 'content-type': 'application/json' };
      const answers = await Promise.all([
        send(suite.url, good, { path, headers }),
        send(suite.url, 'no json', { path, headers }),
        send(suite.url, good, { path, headers: { ...headers, authorization: 'x' } }),
        send(suite.url, Buffer.alloc(1_100_000, 0x20), { path, headers }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 400, 401, 413]);
      for (const answer of answers) expect(answer.headers['access-control-allow-origin']).toBe('*');
    },
  );

  it.each(['/v1/licenses/validate', '/v1/licenses/validate/batch'])(
    'reads from %s the id of its request, its own where it is one, in verdicts and errors alike',
    async (path) => {
      const idOf = async (body: string, own?: string): Promise<unknown> => {
        const headers = { 'content-type': 'application/json', ...(own === undefined ? {} : { 'x-request-id': own }) };
        return (await send(suite.url, body, { path, headers })).headers['x-request-id'];
      };
      for (const body of [JSON.stringify({ items: [{}] }), 'no json']) {
        expect(await idOf(body, 'mine-1')).toBe('mine-1');
        const made = await Promise.all([idOf(body), idOf(body), idOf(body, '<script>'), idOf(body, 'x'.repeat(65))]);
        for (const id of made) expect(id).toMatch(/^req_[0-9a-z]+$/);
        expect(new Set(made).size).toBe(4);
      }
    },
  );
});

describe('the routes beside', () => {
  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    send(suite.url, JSON.stringify(body), { path, headers: { 'content-type': 'application/json', ...headers } });
  const batch = '/v1/licenses/validate/batch';
  const explain = '/v1/licenses/explain';

  it('validate many at once, in order, each with a receipt of its own', async () => {
    const license = await suite.tell();
    const items = [
      { licenseKey: license.id, domain: 'example.com', nonce: 'a' },
      { licenseKey: 'garbage', nonce: 'b' },
      { licenseKey: license.id, domain: 'example.org', nonce: 'c', receiptFormat: 'jws' },
    ];
    const { status, body } = await post(batch, { items });
    expect(status).toBe(200);
    const results = body['results'] as Record<string, unknown>[];
    expect(results.map(({ code }) => code)).toEqual(['valid', 'malformed', 'domain_mismatch']);
    const set = await suite.keySet();
    for (const [at, result] of results.entries()) {
      const expected = { issuer: PUBLIC_URL, domain: items[at]?.domain, nonce: items[at]?.nonce ?? '' };
      expect(verifyReceipt(String(result['receipt']), set, { ...expected, now: Date.now() }).ok).toBe(true);
    }
  });

  it.each([
    [{ items: [{ licenseKey: 5 }] }, 400],
    [{ items: ['x'] }, 400],
    [{ items: [] }, 422],
    [{ items: Array.from({ length: 101 }, () => ({})) }, 422],
    [{ items: 'x' }, 422],
    [{}, 422],
  ])('refuse the batch %j with %i', async (body, status) => {
    expect((await post(batch, body)).status).toBe(status);
  });

  it('take a batch of 100 for 100 calls', async () => {
    const license = await suite.tell({ limits: { apiCalls: 60 } });
    const items = Array.from({ length: 100 }, () => ({ licenseKey: license.id, domain: 'example.com' }));
    const { body } = await post(batch, { items });
    const codes = (body['results'] as { code: string }[]).map(({ code }) => code);
    expect(codes.filter((code) => code === 'valid')).toHaveLength(60);
    expect(codes.slice(60)).toEqual(Array<string>(40).fill('usage_exceeded'));
  });

  it('explain every check to a secret key, and count nothing', async () => {
    const license = await suite.tell({ limits: { apiCalls: 1 } });
    const question = { licenseKey: license.id, domain: 'example.org', features: ['webhooks'] };
    for (let round = 0; round < 3; round += 1) {
      const { status, body } = await post(explain, question, bearer(suite.keys.secret));
      expect(status).toBe(200);
      const failed = (body['checks'] as { outcome: string; code: string; subject: string; remedy: string }[]).filter(
        ({ outcome }) => outcome === 'fail',
      );
      expect(body['code']).toBe('domain_mismatch');
      expect(failed.map(({ code, subject }) => [code, subject])).toEqual([
        ['domain_mismatch', null],
        ['feature_missing', 'webhooks'],
      ]);
    }
    expect(await suite.codeOf({ licenseKey: license.id, domain: 'example.com' })).toBe('valid');
  });

  it('explain nothing to others, and of other tenants only that there is nothing', async () => {
    const license = await suite.tell();
    const question = { licenseKey: license.id, domain: 'example.com' };
    expect((await post(explain, question)).status).toBe(401);
    expect((await post(explain, question, bearer(suite.keys.publishable))).status).toBe(403);
    const { body } = await post(explain, question, bearer(suite.keys.otherSecret));
    expect(body['code']).toBe('not_found');
    expect((await post(explain, { licenseKey: 5 }, bearer(suite.keys.secret))).status).toBe(400);
  });
});
