import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { withRow } from '../bench/figures-page.js';
import { openClosedLoop, type Session } from '../bench/load/closed-loop.js';
import { type Answer, bodyOf, requestBytes } from '../bench/load/http-connection.js';
import { runOpenLoop } from '../bench/load/open-loop.js';
import { percentile, shortNumber, spreadOf } from '../bench/statistics.js';

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** A server that treats each chunk as one request. */
function serve(answer: (socket: Socket, request: string) => void): Promise<number> {
  const listening = createServer({ noDelay: true }, (socket) =>
    socket.on('data', (chunk) => answer(socket, chunk.toString())),
  );
  server = listening;
  return new Promise((resolve) => {
    listening.listen(0, '127.0.0.1', () => resolve((listening.address() as AddressInfo).port));
  });
}

const reply = (body: string, status = 200): string =>
  `HTTP/1.1 ${status} X\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const asking = (seen: Answer[], bodies: string[]): Session => ({
  next: () => requestBytes('GET', '/'),
  take: (answer) => {
    seen.push(answer);
    bodies.push(bodyOf(answer));
    return true;
  },
});

describe('the load', () => {
  it('puts an answer together that comes in pieces', async () => {
    const port = await serve((socket) => {
      // the last piece begins in the middle of a character
      const bytes = Buffer.from(reply('{"text":"ü"}', 201));
      socket.write(bytes.subarray(0, 30));
      setImmediate(() => {
        socket.write(bytes.subarray(30, -3));
        setImmediate(() => socket.write(bytes.subarray(-3)));
      });
    });
    const seen: Answer[] = [];
    const bodies: string[] = [];
    const loop = await openClosedLoop(port, [asking(seen, bodies)]);
    expect(await loop.run(0)).toBe(1);
    loop.close();
    expect(bodies).toEqual(['{"text":"ü"}']);
    expect(seen[0]?.status).toBe(201);
  });

  it('counts operations that take several requests once, and finishes those it has begun', async () => {
    const paths: string[] = [];
    const port = await serve((socket, request) => {
      paths.push(request.split(' ', 2)[1] ?? '');
      socket.write(reply(''));
    });
    let step = 0;
    const session: Session = {
      next: () => requestBytes('GET', `/${step}`),
      take: () => (step = (step + 1) % 3) === 0,
    };
    const loop = await openClosedLoop(port, [session]);
    const operations = (await loop.run(0)) + (await loop.run(0));
    loop.close();
    expect(operations).toBe(2);
    expect(paths).toEqual(['/0', '/1', '/2', '/0', '/1', '/2']);
  });

  it('fails with what is wrong about an answer, and when a connection ends', async () => {
    const port = await serve((socket) => socket.write(reply('no', 500)));
    const wrong: Session = {
      next: () => requestBytes('GET', '/'),
      take: ({ status }) => {
        throw new Error(`got ${status}`);
      },
    };
    const loop = await openClosedLoop(port, [wrong]);
    await expect(loop.run(1_000)).rejects.toThrow('got 500');
    loop.close();
    server?.close();
    const hangingUp = await serve((socket) => socket.destroy());
    const cut = await openClosedLoop(hangingUp, [wrong]);
    await expect(cut.run(1_000)).rejects.toThrow(/closed|ECONNRESET/);
    cut.close();
  });

  it('that arrives by the clock counts the time a request had to wait for a connection', async () => {
    const waiting: Socket[] = [];
    const port = await serve((socket) => {
      waiting.push(socket);
      // nobody is answered before the third one would have been due
      if (waiting.length === 1) setTimeout(() => socket.write(reply('')), 60);
      else socket.write(reply(''));
    });
    const latencies = await runOpenLoop({
      port,
      sessions: [asking([], [])],
      perSecond: 100,
      durationMs: 30,
    });
    expect(latencies).toHaveLength(3);
    expect(latencies[0]).toBeGreaterThan(55);
    expect(latencies[2]).toBeGreaterThan(30);
  });
});

describe('the statistics', () => {
  it('take percentiles by the nearest rank', () => {
    const values = Array.from({ length: 100 }, (_none, index) => 100 - index);
    expect([0.01, 0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([1, 50, 99, 100]);
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, low: 1, high: 3 });
  });

  it('show three digits', () => {
    expect([0.4321, 5.678, 12.34, 1234.5].map(shortNumber)).toEqual(['0.43', '5.68', '12.3', '1,235']);
  });
});

describe('the page of figures', () => {
  const page =
    'P1 before\n<!-- figures -->\n\n| id |\n| --- |\n| P1 | old |\n| P14 | x |\n\n<!-- /figures -->\n| P1 | after |\n';

  it('gets a row in place of the former one, and keeps all else', () => {
    expect(withRow(page, '| P1 | new |', 'P1')).toBe(page.replace('| P1 | old |', '| P1 | new |'));
  });

  it('is not written when it has no such row', () => {
    expect(() => withRow(page, '| P9 | new |', 'P9')).toThrow('no row for P9');
  });
});
