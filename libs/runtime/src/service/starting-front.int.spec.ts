import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startingFront } from './starting-front.js';

let server: Server;
let url: string;
beforeEach(async () => {
  server = createServer(startingFront.handler).listen(0, '127.0.0.1');
  server.on('clientError', startingFront.onUnreadable);
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

describe('a process that starts', () => {
  it('is alive, and asks for the next request on a new connection', async () => {
    const response = await fetch(`${url}/livez`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    expect(response.headers.get('connection')).toBe('close');
  });

  it.each(['/readyz', '/v1/licenses', '/docs', '/livez/x', '/'])(
    'is not ready to answer %s, and says for how long',
    async (path) => {
      const response = await fetch(url + path, { method: path === '/v1/licenses' ? 'POST' : 'GET' });
      expect(response.status).toBe(503);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await response.json()).toMatchObject({ code: 'service_unavailable', status: 503, instance: path });
    },
  );

  it('hangs up on what is no HTTP', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GARBAGE\r\n\r\n');
    const answered: Buffer[] = [];
    socket.on('data', (data: Buffer) => answered.push(data));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(answered).toEqual([]);
  });
});
