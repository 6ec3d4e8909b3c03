import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { captureHttp, type HttpCapture, waitFor } from '@leasehold/testing';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:https';
import { gzipSync } from 'node:zlib';
import { hangingReceiver } from '../../test/hanging-receiver.js';
import { SELF_SIGNED } from '../../test/self-signed.js';
import { createAddressGuard } from '../addresses/address-guard.js';
import type { Resolve } from '../addresses/guarded-lookup.js';
import type { Answer } from './answer.js';
import { createWebhookClient, type WebhookClient } from './post-webhook.js';

const TIMEOUT_MS = 400;
let receiver: HttpCapture;
let client: WebhookClient;
const clientOf = (allowed: readonly string[], resolve?: Resolve): WebhookClient =>
  createWebhookClient({
    policy: { allowHttp: true, guard: createAddressGuard(allowed) },
    timeoutMs: TIMEOUT_MS,
    connections: 4,
    ...(resolve === undefined ? {} : { resolve }),
  });
const using = async (other: WebhookClient, url: string): Promise<Answer> => {
  await client.close();
  client = other;
  return post(url);
};
const post = (url: string): Promise<Answer> => client.post({ url, headers: {}, body: Buffer.from('{}') });

beforeEach(async () => {
  receiver = await captureHttp();
  client = clientOf(['127.0.0.1']);
});
afterEach(async () => {
  await client.close();
  await receiver.close();
});

/** Resolves every name to these addresses, one list a look-up. */
const resolving = (...lists: string[][]): Resolve => {
  const left = [...lists];
  return (_hostname, callback) => {
    callback(
      null,
      (left.shift() ?? []).map((address) => ({ address, family: 4 })),
    );
  };
};

describe('where a webhook goes', () => {
  it('is the address that was checked', async () => {
    const answer = await using(
      clientOf(['127.0.0.1'], resolving(['127.0.0.1'])),
      `http://hooks.example:${receiver.port}/a`,
    );
    expect(answer).toMatchObject({ kind: 'answered', statusCode: 204 });
    expect(receiver.requests[0]?.headers.host).toBe(`hooks.example:${receiver.port}`);
  });

  it('is nowhere when a name that was good leads inside the next time', async () => {
    receiver.answerNext({ headers: { connection: 'close' } });
    const rebinding = resolving(['127.0.0.1'], ['127.0.0.2'], ['127.0.0.1', '127.0.0.2']);
    const url = `http://rebinding.example:${receiver.port}/`;
    expect(await using(clientOf(['127.0.0.1'], rebinding), url)).toMatchObject({ kind: 'answered' });
    expect(await post(url)).toEqual({ kind: 'broken', error: 'address_refused' });
    expect(await post(url)).toEqual({ kind: 'broken', error: 'address_refused' });
    expect(receiver.requests).toHaveLength(1);
  });

  it.each(['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '[::1]', 'localhost'])(
    'is not http://%s where nothing inside is allowed, though an endpoint says so',
    async (host) => {
      const answer = await using(clientOf([]), `http://${host}:${receiver.port}/`);
      expect(answer).toEqual({ kind: 'broken', error: 'url_refused' });
      expect(receiver.requests).toEqual([]);
    },
  );

  it('is not where a redirect points', async () => {
    receiver.answerNext({ status: 308, headers: { location: 'http://169.254.169.254/latest/meta-data' } });
    expect(await post(`${receiver.url}/`)).toMatchObject({ kind: 'answered', statusCode: 308 });
    expect(receiver.requests).toHaveLength(1);
  });

  it('is no server whose certificate nobody vouches for', async () => {
    const server = createServer(SELF_SIGNED, (_request, response) => response.end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await post(`https://127.0.0.1:${port}/`)).toEqual({ kind: 'broken', error: 'tls_failed' });
    server.closeAllConnections();
    await once(server.close(), 'close');
  });
});

describe('a receiver', () => {
  const oddReceiver = async (onSocket: (socket: Socket) => void): Promise<Answer> => {
    const odd = await hangingReceiver(onSocket);
    try {
      return await post(odd.url);
    } finally {
      await odd.close();
    }
  };
  /** Writes forever, a little at a time. */
  const dripping =
    (first: string, drop: string) =>
    (socket: Socket): void => {
      socket.write(first);
      const timer = setInterval(() => socket.write(drop), 20);
      socket.on('close', () => clearInterval(timer));
    };

  it.each([
    ['never answers', () => {}],
    ['sends one header after another', dripping('HTTP/1.1 200 OK\r\n', 'x-a: b\r\n')],
  ])('that %s costs the deadline and no more', async (_what, onSocket) => {
    const began = performance.now();
    expect(await oddReceiver(onSocket)).toEqual({ kind: 'broken', error: 'timeout' });
    expect(performance.now() - began).toBeLessThan(TIMEOUT_MS + 600);
  });

  it('whose body never ends costs the deadline, and is known to have answered', async () => {
    const drip = dripping('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n', 'x');
    expect(await oddReceiver(drip)).toEqual({ kind: 'broken', error: 'timeout', statusCode: 200 });
  });

  it('that sends a long body is cut off after 64 KiB, and its status counts', async () => {
    receiver.answerNext({ status: 200, body: 'x'.repeat(5_000_000) });
    const answer = await post(receiver.url);
    expect(answer).toMatchObject({ kind: 'answered', statusCode: 200 });
    expect(answer.kind === 'answered' && answer.excerpt.length).toBe(16_384);
  });

  it('that sends a bomb is read no further than 64 KiB of what it inflates to', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1_024 * 1_024));
    const head = `HTTP/1.1 500 No\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`;
    const answer = await oddReceiver((socket) => void socket.write(Buffer.concat([Buffer.from(head), bomb])));
    expect(answer).toMatchObject({ kind: 'answered', statusCode: 500 });
    expect(answer.kind === 'answered' && answer.excerpt.length).toBe(16_384);
  });

  it.each([
    ['speaks no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n', 'invalid_response'],
    ['sends headers without measure', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 'invalid_response'],
  ])('that %s gave no answer', async (_what, text, error) => {
    expect(await oddReceiver((socket) => void socket.write(text))).toMatchObject({ kind: 'broken', error });
  });

  it('that is not there is called so', async () => {
    const gone = await captureHttp();
    await gone.close();
    expect(await post(gone.url)).toEqual({ kind: 'broken', error: 'connection_refused' });
  });

  it('whose name the system cannot resolve is called so', async () => {
    // no resolver is asked for a label of 64 letters
    const answer = await using(clientOf([]), `http://${'a'.repeat(64)}.example/`);
    expect(answer).toEqual({ kind: 'broken', error: 'dns_failed' });
  });

  it('that hangs up is called so', async () => {
    receiver.answerNext({ hangUp: true });
    expect(await post(receiver.url)).toEqual({ kind: 'broken', error: 'connection_failed' });
  });
});

describe('a client that is told to stop', () => {
  it('gives up what is under way as a fault of ours', async () => {
    const hanging = await hangingReceiver();
    const answer = post(hanging.url);
    await waitFor(() => hanging.open() === 1);
    client.abort();
    expect(await answer).toMatchObject({ kind: 'own_fault' });
    await hanging.close();
  });
});
