import { connect, type Socket } from 'node:net';

/** A whole answer, to be looked at while it is handed over: its bytes are used again after that. */
export interface Answer {
  readonly status: number;
  readonly bytes: Buffer;
  /** Where the body begins in `bytes`. */
  readonly bodyAt: number;
}

export const bodyOf = ({ bytes, bodyAt }: Answer): string => bytes.toString('utf8', bodyAt);

const HEADERS_END = Buffer.from('\r\n\r\n');
const LENGTH = /content-length: (\d+)/i;
const STATUS_AT = 'HTTP/1.1 '.length;

/**
 * One keep-alive connection that sends requests as they are and reads answers with a length. It knows as little of HTTP
 * as the services' answers ask for, so that a core spent on load can keep a core of Node busy.
 */
export class HttpConnection {
  readonly #socket: Socket;
  #pending: Buffer | undefined;
  #take: ((answer: Answer) => void) | undefined;
  #broken: ((error: Error) => void) | undefined;

  private constructor(port: number) {
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(65_536),
        callback: (size, buffer) => {
          this.#read(Buffer.from(buffer.buffer, buffer.byteOffset, size));
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => this.#broken?.(error));
    this.#socket.on('close', () => this.#broken?.(new Error('the connection was closed')));
  }

  static async open(port: number): Promise<HttpConnection> {
    const connection = new HttpConnection(port);
    await new Promise<void>((resolve, reject) => {
      connection.#broken = reject;
      connection.#socket.once('connect', () => resolve());
    });
    return connection;
  }

  /** One request at a time; `broken` is told that the connection has ended, or what `take` has thrown. */
  send(request: Buffer, take: (answer: Answer) => void, broken: (error: Error) => void): void {
    this.#take = take;
    this.#broken = broken;
    this.#socket.write(request);
  }

  close(): void {
    this.#broken = undefined;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    const bytes = this.#pending === undefined ? chunk : Buffer.concat([this.#pending, chunk]);
    const headersEnd = bytes.indexOf(HEADERS_END);
    const bodyAt = headersEnd + HEADERS_END.length;
    const length = headersEnd < 0 ? undefined : LENGTH.exec(bytes.toString('latin1', STATUS_AT, headersEnd))?.[1];
    if (headersEnd >= 0 && length === undefined) {
      this.#broken?.(new Error(`an answer without a length: ${bytes.toString('latin1', 0, headersEnd)}`));
    } else if (length === undefined || bytes.length < bodyAt + Number(length)) {
      this.#pending = Buffer.from(bytes);
    } else {
      this.#pending = undefined;
      this.#hand({ status: Number(bytes.toString('latin1', STATUS_AT, STATUS_AT + 3)), bytes, bodyAt });
    }
  }

  #hand(answer: Answer): void {
    try {
      this.#take?.(answer);
    } catch (error) {
      this.#broken?.(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** A request in the bytes that go over the wire. */
export function requestBytes(
  method: string,
  path: string,
  { key, body }: { readonly key?: string; readonly body?: object } = {},
): Buffer {
  const json = body === undefined ? '' : JSON.stringify(body);
  const headers = [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    ...(key === undefined ? [] : [`Authorization: Bearer ${key}`]),
    ...(body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(json)}`]),
  ];
  return Buffer.from(`${headers.join('\r\n')}\r\n\r\n${json}`);
}
