import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { signWebhook } from './sign-webhook.js';
import { drawWebhookSecret, secretKey } from './webhook-secret.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = '01961e5d-6f3b-7c52-9d7b-3f7d3c1c9a10';
const now = (): number => Math.floor(Date.now() / 1_000);

const verify = (secret: string, body: string, signature: string, at: number, id = ID): unknown =>
  new Webhook(secret).verify(body, {
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': signature,
  });

describe('signWebhook', () => {
  it('gives the published vector of Standard Webhooks, to the byte', () => {
    const body = Buffer.from('{"test": 2432232314}');
    expect(signWebhook('msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, body, [SECRET])).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it.each([
    ['plain text', '{"a":1}'],
    ['letters beyond ASCII', '{"name":"Zoë 株式会社 🙂"}'],
    ['an empty object', '{}'],
  ])('is accepted by an independent verifier for %s', (_what, body) => {
    const secret = drawWebhookSecret(randomBytes);
    const at = now();
    expect(verify(secret, body, signWebhook(ID, at, Buffer.from(body), [secret]), at)).toEqual(JSON.parse(body));
  });

  it('is accepted by it for any body that JSON can hold', () => {
    const secret = drawWebhookSecret(randomBytes);
    const at = now();
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        const body = JSON.stringify({ data });
        const signature = signWebhook(ID, at, Buffer.from(body), [secret]);
        expect(verify(secret, body, signature, at)).toEqual(JSON.parse(body));
      }),
    );
  });

  it('is accepted with either secret while two are in force', () => {
    const [newer, older] = [drawWebhookSecret(randomBytes), drawWebhookSecret(randomBytes)];
    const at = now();
    const signature = signWebhook(ID, at, Buffer.from('{}'), [newer, older]);
    expect(verify(newer, '{}', signature, at)).toEqual({});
    expect(verify(older, '{}', signature, at)).toEqual({});
    expect(() => verify(drawWebhookSecret(randomBytes), '{}', signature, at)).toThrow('No matching signature');
  });

  it('covers the id, the timestamp and every byte of the body', () => {
    const at = now();
    const signature = signWebhook(ID, at, Buffer.from('{"a":1}'), [SECRET]);
    expect(() => verify(SECRET, '{"a": 1}', signature, at)).toThrow('No matching signature');
    expect(() => verify(SECRET, '{"a":1}', signature, at + 1)).toThrow('No matching signature');
    expect(() => verify(SECRET, '{"a":1}', signature, at, 'another')).toThrow('No matching signature');
  });

  it('puts one space between elements and none around them', () => {
    expect(signWebhook(ID, 1, Buffer.from('{}'), [SECRET, SECRET])).toMatch(/^v1,[\w+/]{43}= v1,[\w+/]{43}=$/);
  });

  it('does not sign with nothing, nor what a receiver could read in two ways', () => {
    expect(() => signWebhook(ID, 1, Buffer.from('{}'), [])).toThrow('at least one secret');
    expect(() => signWebhook('a.b', 1, Buffer.from('{}'), [SECRET])).toThrow('full stop');
    expect(() => signWebhook(ID, 1.5, Buffer.from('{}'), [SECRET])).toThrow('full stop');
  });
});

describe('a webhook secret', () => {
  it('is whsec_ and 32 bytes in base64, another one each time', () => {
    const drawn = new Set(Array.from({ length: 50 }, () => drawWebhookSecret(randomBytes)));
    expect(drawn.size).toBe(50);
    for (const secret of drawn) {
      expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
      expect(secretKey(secret)).toHaveLength(32);
    }
  });

  it.each([
    ['no prefix', SECRET.slice(6)],
    ['nothing after the prefix', 'whsec_'],
    ['too few bytes', `whsec_${Buffer.alloc(23).toString('base64')}`],
    ['too many bytes', `whsec_${Buffer.alloc(65).toString('base64')}`],
    ['what is not base64', 'whsec_!!!!9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['the alphabet of URLs', `whsec_${Buffer.alloc(24, 0xff).toString('base64url')}`],
  ])('is refused with %s', (_what, secret) => {
    expect(() => secretKey(secret)).toThrow(RangeError);
  });
});
