import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The sole right to a file; ends with `release` or with the process, however that ends. */
export interface FileClaim {
  release(): Promise<void>;
}

/**
 * Claims a file, which need not exist, for its holder; undefined while another holds it, in this process or in another.
 * Like the claim on a data folder it is a listening socket, since the kernel closes that with its owner.
 */
export async function claimFile(path: string): Promise<FileClaim | undefined> {
  const place = join(await realpath(dirname(path)), basename(path));
  const name = `leasehold-spill-${createHash('sha256').update(place).digest('hex').slice(0, 24)}`;
  // names of sockets on Linux need not be files; elsewhere a killed holder leaves one at which nobody answers
  const address = process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
  const claim = await hold(address);
  if (claim !== undefined || process.platform === 'linux' || (await isAnswered(address))) return claim;
  await rm(address, { force: true });
  return await hold(address);
}

function hold(address: string): Promise<FileClaim | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      server.unref();
      resolve({ release: () => new Promise((done) => server.close(() => done())) });
    });
  });
}

function isAnswered(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
