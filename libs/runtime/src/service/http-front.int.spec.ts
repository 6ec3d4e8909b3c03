import { Agent, get, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type HttpFront, listen, type RequestHandler } from './http-front.js';
import { StartFailure } from './start-failure.js';

let front: HttpFront;
afterEach(() => front.close(0));

const open = async (handler: RequestHandler): Promise<string> => {
  front = await listen({ host: '127.0.0.1', port: 0, handler, onUnreadable: (_error, socket) => socket.end('what?') });
  return `http://127.0.0.1:${front.port}`;
};
const statusOf = (url: string, agent: Agent): Promise<number | string | undefined> =>
  new Promise((resolve) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    }).once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });

describe('the HTTP front', () => {
  it('refuses a port that is in use with a sentence', async () => {
    await open((_request, response) => response.end());
    const second = listen({
      host: '127.0.0.1',
      port: front.port,
      handler: () => undefined,
      onUnreadable: () => undefined,
    });
    await expect(second).rejects.toThrow(StartFailure);
    await expect(second).rejects.toThrow(`Port ${front.port} is in use`);
  });

  it('refuses an address that is not of this machine with a sentence', async () => {
    await open((_request, response) => response.end());
    await expect(
      listen({ host: '192.0.2.1', port: 0, handler: () => undefined, onUnreadable: () => undefined }),
    ).rejects.toThrow('Cannot listen on 192.0.2.1:0:');
  });

  it('takes no new connection while it closes', async () => {
    const held = Promise.withResolvers<ServerResponse>();
    const url = await open((_request, response) => held.resolve(response));
    const answer = statusOf(url, new Agent());
    const response = await held.promise;
    const closed = front.close(5_000);
    expect(await statusOf(url, new Agent())).toBe('ECONNREFUSED');
    response.end();
    expect(await answer).toBe(200);
    await closed;
  });

  it('finishes an answer that has begun', async () => {
    const held = Promise.withResolvers<ServerResponse>();
    const url = await open((_request, response) => {
      response.write('begun, ');
      held.resolve(response);
    });
    const text = fetch(url).then((answer) => answer.text());
    const response = await held.promise;
    const closed = front.close(5_000);
    response.end('ended');
    expect(await text).toBe('begun, ended');
    await closed;
  });

  it('waits no longer than it is told for a request that never ends', async () => {
    const held = Promise.withResolvers<ServerResponse>();
    const url = await open((_request, response) => held.resolve(response));
    const answer = statusOf(url, new Agent());
    await held.promise;
    const asked = performance.now();
    await front.close(50);
    expect(performance.now() - asked).toBeLessThan(5_000);
    expect(await answer).toBe('ECONNRESET');
  });

  it('does not wait for connections on which nothing was asked', async () => {
    await open((_request, response) => response.end());
    const silent = connect(front.port, '127.0.0.1');
    await new Promise((resolve) => silent.once('connect', resolve));
    const asked = performance.now();
    await front.close(30_000);
    expect(performance.now() - asked).toBeLessThan(10_000);
    silent.destroy();
  });

  it('answers a request with an expectation that nobody knows like any other', async () => {
    const url = await open((_request, response) => response.end());
    const status = await new Promise((resolve) => {
      get(url, { headers: { expect: '200-ok' } }, (response) => resolve(response.resume().statusCode));
    });
    expect(status).toBe(200);
  });

  it('hands what is no HTTP to its owner, on the bare socket', async () => {
    await open((_request, response) => response.end());
    const socket = connect(front.port, '127.0.0.1');
    socket.write('\x16\x03\x01 this is TLS\r\n\r\n');
    const [data] = await new Promise<Buffer[]>((resolve) => socket.once('data', (first: Buffer) => resolve([first])));
    expect(data?.toString()).toBe('what?');
  });
});
