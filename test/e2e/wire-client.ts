import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { WireRequest } from './odd-requests.js';

export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends requests as they are: `fetch` would refuse or repair many of them. */
export interface WireClient {
  send(one: WireRequest): Promise<WireAnswer>;
  /** Bytes to the port, and all that comes back until the server closes. */
  sendBytes(bytes: string): Promise<string>;
  close(): void;
}

const LONGEST_ANSWER_MS = 20_000;

export function wireClient(url: string): WireClient {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  return {
    send: ({ method, target, headers, body }) =>
      new Promise((resolve, reject) => {
        // told in every case: without it Node sends the body of a GET as if it were the next request
        const length = body === undefined ? {} : { 'content-length': String(body.length) };
        const options = { agent, hostname, port, method, path: target, headers: { ...headers, ...length } };
        const sent = request(options, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: new Headers(pairsOf(response.rawHeaders)),
              text: Buffer.concat(chunks).toString('utf8'),
            }),
          );
        });
        sent.setTimeout(LONGEST_ANSWER_MS, () => sent.destroy(new Error(`no answer to ${method} ${target}`)));
        sent.on('error', reject);
        sent.end(body);
      }),
    sendBytes: (bytes) =>
      new Promise((resolve, reject) => {
        const socket = connect(Number(port), hostname, () => socket.end(bytes, 'latin1'));
        let text = '';
        socket.on('data', (data) => (text += data.toString()));
        socket.on('error', reject);
        socket.on('close', () => resolve(text));
        socket.setTimeout(LONGEST_ANSWER_MS, () => socket.destroy(new Error('no answer to bytes')));
      }),
    close: () => agent.destroy(),
  };
}

const pairsOf = (raw: readonly string[]): [string, string][] =>
  Array.from({ length: raw.length / 2 }, (_, at) => [raw[2 * at] ?? '', raw[2 * at + 1] ?? '']);
