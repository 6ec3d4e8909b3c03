import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A receiver that takes connections and requests, and never answers. */
export interface HangingReceiver {
  readonly url: string;
  /** Connections that are open now. */
  readonly open: () => number;
  /** Most that were open at once. */
  readonly most: () => number;
  close(): Promise<void>;
}

/** @param onSocket says something on each connection, for receivers that are odd in another way */
export async function hangingReceiver(onSocket: (socket: Socket) => void = () => {}): Promise<HangingReceiver> {
  const sockets = new Set<Socket>();
  let most = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    most = Math.max(most, sockets.size);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.resume();
    onSocket(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: () => sockets.size,
    most: () => most,
    close: async () => {
      const closed = once(server.close(), 'close');
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
