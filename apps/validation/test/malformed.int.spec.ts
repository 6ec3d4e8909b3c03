import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, test } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import { generateLicenseId } from '@leasehold/tokens';
import { randomBytes } from 'node:crypto';
import { ask, send, type Sent } from './ask.js';
import { ValidationSuite } from './validation-suite.js';

const suite = new ValidationSuite();
const key = generateLicenseId(randomBytes);
const json = (members: object): string => JSON.stringify({ licenseKey: key, domain: 'example.com', ...members });

/** Bodies, and what is answered: a status, or the code of a verdict. */
const bodies: readonly (readonly [name: string, body: string | Buffer | undefined, answer: number | string])[] = [
  ['no body', undefined, 400],
  ['an empty body', '', 400],
  ['a blank', ' ', 400],
  ['text', 'hello', 400],
  ['an open brace', '{', 400],
  ['a body that ends early', '{"licenseKey":"lic_', 400],
  ['two bodies', '{}{}', 400],
  ['a trailing comma', '{"licenseKey":"a",}', 400],
  ['single quotes', "{'licenseKey':'a'}", 400],
  ['a comment', '{/* */}', 400],
  ['NaN', '{"licenseKey":NaN}', 400],
  ['a byte order mark', '\ufeff{}', 400],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400],
  ['half of a character', Buffer.from('{"domain":"é"}').subarray(0, 12), 400],
  ['UTF-16', Buffer.from('{}', 'utf16le'), 400],
  ['compressed', gzipSync('{}'), 400],
  ['a form', 'licenseKey=a&domain=b', 400],
  ['XML', '<licenseKey/>', 400],
  ['null', 'null', 400],
  ['a number', '7', 400],
  ['a string', '"lic_1"', 400],
  ['a boolean', 'true', 400],
  ['an array', '[]', 400],
  ['an array of questions', '[{"licenseKey":"a"}]', 400],
  ['deep arrays', `${'['.repeat(8_000)}${']'.repeat(8_000)}`, 400],
  ['an unknown member that is deep', `{"x":${'['.repeat(7_000)}${']'.repeat(7_000)}}`, 'malformed'],
  ['an empty object', '{}', 'malformed'],
  ['only unknown members', '{"a":1,"b":[2]}', 'malformed'],
  ['a prototype', '{"__proto__":{"licenseKey":"a"}}', 'malformed'],
  ['a constructor', '{"constructor":{"prototype":{"licenseKey":5}}}', 'malformed'],
  ['a key that is a number', json({ licenseKey: 5 }), 400],
  ['a key that is an object', json({ licenseKey: {} }), 400],
  ['a key that is an array', json({ licenseKey: [key] }), 400],
  ['a key that is null', json({ licenseKey: null }), 'malformed'],
  ['an empty key', json({ licenseKey: '' }), 'malformed'],
  ['a key with a NUL', json({ licenseKey: `${key}\0` }), 'malformed'],
  ['a key with a blank', json({ licenseKey: ` ${key}` }), 'malformed'],
  ['a key in upper case', json({ licenseKey: key.toUpperCase() }), 'malformed'],
  ['a key that is too short', json({ licenseKey: key.slice(0, -1) }), 'malformed'],
  ['a key of another prefix', json({ licenseKey: `lx_${key.slice(4)}` }), 'malformed'],
  [
    'a key with a wrong check symbol',
    json({ licenseKey: key.slice(0, -1) + (key.endsWith('0') ? '1' : '0') }),
    'malformed',
  ],
  ['a key of look-alikes', json({ licenseKey: `lic_${'o'.repeat(28)}` }), 'malformed'],
  ['a key in another script', json({ licenseKey: 'ключ' }), 'malformed'],
  ['a lone surrogate as key', '{"licenseKey":"\\ud800"}', 'malformed'],
  ['a token of nothing', json({ licenseKey: '..' }), 'malformed'],
  ['a token of dots', json({ licenseKey: '.'.repeat(8_000) }), 'malformed'],
  ['a token that is too long', json({ licenseKey: `a.${'b'.repeat(9_000)}.c` }), 'malformed'],
  ['a token without a payload', json({ licenseKey: 'e30..AA' }), 'malformed'],
  ['a token that is padded', json({ licenseKey: 'e30=.e30=.AA==' }), 'malformed'],
  ['a domain that is a number', json({ domain: 1 }), 400],
  ['a domain that is an array', json({ domain: ['example.com'] }), 400],
  ['a nonce that is a number', json({ nonce: 1 }), 400],
  ['a nonce that is an object', json({ nonce: {} }), 400],
  ['a nonce that is half a character', '{"nonce":"\\udc00"}', 400],
  ['a nonce that no receipt could carry', json({ nonce: 'x'.repeat(6_000) }), 400],
  ['a product that is an object', json({ product: {} }), 400],
  ['features that are a string', json({ features: 'analytics' }), 400],
  ['features that are numbers', json({ features: [1] }), 400],
  ['features that are an object', json({ features: { 0: 'a' } }), 400],
  ['a receipt format that does not exist', json({ receiptFormat: 'pdf' }), 400],
  ['a receipt format that is a number', json({ receiptFormat: 1 }), 400],
  ['a plausible key of nobody', json({}), 'not_found'],
  ['that with an odd seat', json({ seat: { a: 1 } }), 'not_found'],
  ['that with a product of blanks', json({ product: '   ' }), 'not_found'],
  ['that with a thousand features', json({ features: Array.from({ length: 1_000 }, (_, n) => `f${n}`) }), 'not_found'],
  ['that with a domain of controls', json({ domain: '\0\n\r\u202e' }), 'not_found'],
  ['that with a long domain', json({ domain: 'a.'.repeat(7_000) }), 'not_found'],
  ['that with a nonce of emoji', json({ nonce: '😀'.repeat(200) }), 'not_found'],
  ['a body of 16 KiB', json({ pad: 'x'.repeat(16_384 - json({ pad: '' }).length) }), 'not_found'],
  ['a body of one byte more', json({ pad: 'x'.repeat(16_385 - json({ pad: '' }).length) }), 413],
  ['a body of a mebibyte', Buffer.alloc(1_048_576, 0x20), 413],
  ['two members of the same name', `{"licenseKey":5,"licenseKey":"${key}"}`, 'not_found'],
];

const headers: readonly (readonly [name: string, sent: Sent, status: number])[] = [
  ['no content type', {}, 200],
  ['another content type', { headers: { 'content-type': 'text/plain' } }, 200],
  ['a content type that is none', { headers: { 'content-type': ';;;' } }, 200],
  ['a charset', { headers: { 'content-type': 'application/json; charset=utf-8' } }, 200],
  ['an origin that is garbage', { headers: { origin: '::::' } }, 200],
  ['an origin that is empty', { headers: { origin: '' } }, 200],
  ['an opaque origin', { headers: { origin: 'null' } }, 200],
  ['a forwarded address that is garbage', { headers: { 'x-forwarded-for': ',,, ,' } }, 200],
  ['a request id that is garbage', { headers: { 'x-request-id': '<script>' } }, 200],
  ['a very long key', { headers: { authorization: `Bearer ${'x'.repeat(5_000)}` } }, 401],
  ['a query', { path: '/v1/licenses/validate?x=1' }, 200],
  ['a method that is not taken', { method: 'GET' }, 405],
  ['a method to delete', { method: 'DELETE' }, 405],
  ['a path below', { path: '/v1/licenses/validate/x' }, 404],
];

describe('whatever is sent, the answer is a verdict or a problem, and never a 5xx', () => {
  test.each(bodies)('%s', async (_name, body, answer) => {
    const { status, body: answered, headers: got } = await send(suite.url, body);
    if (typeof answer === 'number') {
      expect(status).toBe(answer);
      expect(got['content-type']).toBe('application/problem+json');
      expect(answered).toMatchObject({
        status: answer,
        code: answer === 413 ? 'body_too_large' : 'malformed_request',
        instance: '/v1/licenses/validate',
        requestId: expect.stringMatching(/^req_/) as unknown,
        type: expect.stringMatching(/\/docs\/errors\/\w+$/) as unknown,
      });
    } else {
      expect(status).toBe(200);
      expect(answered).toMatchObject({ code: answer, receipt: expect.stringContaining('.') as unknown });
    }
  });

  test.each(headers)('%s', async (_name, sent, status) => {
    const body = sent.method === 'GET' ? undefined : json({});
    expect((await send(suite.url, body, sent)).status).toBe(status);
  });

  it('names the member that has the wrong type', async () => {
    const { body } = await send(suite.url, json({ features: [1] }));
    expect(body['errors']).toEqual([{ pointer: 'body/features', message: 'must be an array of strings' }]);
  });

  it('answers with the id of the request, where it has one', async () => {
    const answer = await send(suite.url, 'x', { headers: { 'x-request-id': 'mine-1' } });
    expect(answer.body['requestId']).toBe('mine-1');
    expect(answer.headers['x-request-id']).toBe('mine-1');
  });

  it('refuses what is too long by the same words when the target has a query', async () => {
    const { status, body } = await send(suite.url, Buffer.alloc(20_000), { path: '/v1/licenses/validate?x' });
    expect({ status, code: body['code'] }).toEqual({ status: 413, code: 'body_too_large' });
  });

  it.each(['Content-Length: 9000000', 'Transfer-Encoding: chunked'])(
    'refuses what is too long as soon as it is, whatever is still to come, and closes the connection (%s)',
    async (framing) => {
      const socket = connect(Number(new URL(suite.url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (data: Buffer) => (text += data.toString()));
      const closed = new Promise((resolve) => socket.once('close', resolve));
      // 20,000 bytes of a body that never ends
      const start = framing.startsWith('T') ? '895440\r\n' : '';
      socket.write(`POST /v1/licenses/validate HTTP/1.1\r\nHost: x\r\n${framing}\r\n\r\n${start}${' '.repeat(20_000)}`);
      await waitFor(() => text.includes('"body_too_large"'));
      expect(text).toMatch(/^HTTP\/1\.1 413 [^]*\r\nConnection: close\r\n/);
      socket.write(' '.repeat(20_000));
      await closed;
      expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    },
  );

  it('reads no more than a mebibyte on of what is too long, whatever a client sends', async () => {
    const socket = connect(Number(new URL(suite.url).port), '127.0.0.1');
    socket.on('error', () => undefined).resume();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('POST /v1/licenses/validate HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n');
    let sent = 0;
    const piece = Buffer.alloc(65_536, 0x20);
    const more = (): void => {
      while (!socket.destroyed && socket.write(piece)) sent += piece.length;
      sent += piece.length;
    };
    socket.on('drain', more);
    more();
    await closed;
    expect(sent).toBeLessThan(20_000_000);
  });

  it('goes on after a client that hung up in the middle of its body', async () => {
    const socket = connect(Number(new URL(suite.url).port), '127.0.0.1');
    socket.write('POST /v1/licenses/validate HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"licenseKey');
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
    expect(await suite.codeFor({})).toBe('valid');
  });

  it('takes a body in pieces', async () => {
    const license = await suite.tell();
    const socket = connect(Number(new URL(suite.url).port), '127.0.0.1');
    const body = json({ licenseKey: license.id });
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.write(
      `POST /v1/licenses/validate HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    for (const piece of [body.slice(0, 5), body.slice(5, 40), body.slice(40)]) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      socket.write(piece);
    }
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text).toContain('"code":"valid"');
  });

  it('survives three thousand seeded mutations of a good request', async () => {
    const license = await suite.tell();
    const good = json({
      licenseKey: license.id,
      nonce: 'n',
      features: ['analytics'],
      product: 'p',
      receiptFormat: 'jws',
    });
    let state = 17;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return state % below;
    };
    const statuses = new Set<number>();
    for (let round = 0; round < 30; round += 1) {
      const answers = Array.from({ length: 100 }, () => {
        const bytes = Buffer.from(good);
        for (let change = next(4); change >= 0; change -= 1) bytes[next(bytes.length)] = next(256);
        return send(suite.url, bytes.subarray(0, next(10) === 0 ? next(bytes.length) : bytes.length));
      });
      for (const { status } of await Promise.all(answers)) statuses.add(status);
    }
    expect([...statuses].sort()).toEqual([200, 400]);
    expect((await ask(suite.url, { licenseKey: license.id, domain: 'example.com' })).body['code']).toBe('valid');
  });
});
