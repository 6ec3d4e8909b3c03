import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface CapturedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as it came, before anything parsed it: signatures are over these bytes. */
  readonly body: string;
  readonly receivedAt: Date;
}

export interface ScriptedAnswer {
  /** Default 204. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Holds the answer back for so long. */
  readonly delayMs?: number;
  /** Cuts the connection instead of answering. */
  readonly hangUp?: boolean;
}

export interface HttpCapture {
  /** `http://127.0.0.1:<port>`, without a path. */
  readonly url: string;
  readonly port: number;
  /** All requests so far, in order of arrival. */
  readonly requests: readonly CapturedRequest[];
  /** The next requests get these answers, one each, then the default answer again. */
  answerNext(...answers: ScriptedAnswer[]): void;
  /** What requests get when nothing is scripted. */
  answerAlways(answer: ScriptedAnswer): void;
  /** Stops listening and cuts open connections. */
  close(): Promise<void>;
}

/** A real HTTP receiver on 127.0.0.1 that records what it gets and answers as told. */
export async function captureHttp(defaultAnswer: ScriptedAnswer = {}): Promise<HttpCapture> {
  const requests: CapturedRequest[] = [];
  const scripted: ScriptedAnswer[] = [];
  let fallback = defaultAnswer;
  const server = createServer((request, response) => {
    readBody(request).then(
      (body) => {
        requests.push(capture(request, body));
        respond(response, scripted.shift() ?? fallback);
      },
      // the sender gave up in the middle of its body: nothing was received
      () => response.destroy(),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    answerNext: (...answers) => void scripted.push(...answers),
    answerAlways: (answer) => {
      fallback = answer;
    },
    close: async () => {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function capture(request: IncomingMessage, body: string): CapturedRequest {
  const { method = '', url: path = '', headers } = request;
  return { method, path, headers, body, receivedAt: new Date() };
}

function respond(response: ServerResponse, answer: ScriptedAnswer): void {
  const send = (): void => {
    if (answer.hangUp) response.destroy();
    else response.writeHead(answer.status ?? 204, answer.headers).end(answer.body);
  };
  if (answer.delayMs) setTimeout(send, answer.delayMs);
  else send();
}
