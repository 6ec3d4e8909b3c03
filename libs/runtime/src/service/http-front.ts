import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { StartFailure } from './start-failure.js';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** What answers requests. */
export interface Front {
  readonly handler: RequestHandler;
  /** Answers what is no HTTP, on the bare socket, and ends it. */
  readonly onUnreadable: (error: Error, socket: Duplex) => void;
}

export interface ListenOptions extends Front {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** A listening HTTP server that can stop without failing anybody. */
export interface HttpFront {
  readonly port: number;
  /**
   * Takes no new connection, finishes the requests in flight (each connection is told to close), and cuts what is left
   * after `graceMs`.
   */
  close(graceMs: number): Promise<void>;
}

/** Clients that are about to send a request on an idle connection still get their answer. */
const IDLE_LINGER_MS = 300;

/** @throws StartFailure when the port is in use or may not be used. */
export async function listen({ host, port, handler, onUnreadable }: ListenOptions): Promise<HttpFront> {
  const open = new Map<Socket, Set<ServerResponse>>();
  let draining = false;
  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 60_000 });
  server.on('connection', (socket: Socket) => {
    open.set(socket, new Set());
    socket.once('close', () => open.delete(socket));
  });
  server.on('request', (request, response) => {
    const inFlight = open.get(request.socket);
    inFlight?.add(response);
    if (draining) response.shouldKeepAlive = false;
    response.once('close', () => inFlight?.delete(response));
    handler(request, response);
  });
  // what a client expects beyond `100-continue` may be ignored (RFC 9110, 10.1.1); Node would answer a bare 417
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('clientError', onUnreadable);
  await bind(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: (graceMs) => {
      draining = true;
      for (const responses of open.values()) for (const response of responses) response.shouldKeepAlive = false;
      return drain(server, open, graceMs);
    },
  };
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new StartFailure(sentence(error), { cause: error })));
    server.listen({ host, port, backlog: 1_024 }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
  function sentence(error: NodeJS.ErrnoException): string {
    if (error.code === 'EADDRINUSE') {
      return `Port ${port} is in use: stop what listens there, or set LEASEHOLD_PORT to another port.`;
    }
    return `Cannot listen on ${host}:${port}: ${error.message}.`;
  }
}

function drain(server: Server, open: ReadonlyMap<Socket, ReadonlySet<ServerResponse>>, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    // unlike `close` of an HTTP server, that of its base leaves idle connections alone
    NetServer.prototype.close.call(server, () => {
      clearTimeout(linger);
      clearTimeout(force);
      resolve();
    });
    const closeIfIdle = (socket: Socket): void => {
      if ((open.get(socket)?.size ?? 0) === 0) socket.destroySoon();
    };
    const linger = setTimeout(() => {
      for (const [socket, responses] of open) {
        closeIfIdle(socket);
        for (const response of responses) response.once('close', () => closeIfIdle(socket));
      }
    }, IDLE_LINGER_MS);
    const force = setTimeout(() => server.closeAllConnections(), graceMs);
  });
}
