import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isErrno } from './errno.js';

/** The sole right to run the server of a data folder; ends with `release` or with the process, however that ends. */
export interface FolderClaim {
  release(): Promise<void>;
}

/**
 * Claims `folder` for this process; undefined while another process has it. The claim is a listening socket, because the
 * kernel closes it with its owner: unlike a lock file it cannot be left behind.
 */
export async function claimFolder(folder: string): Promise<FolderClaim | undefined> {
  const address = claimAddress(folder);
  const claim = await listen(address);
  if (claim || address.startsWith('\0') || (await isAnswering(address))) return claim;
  rmSync(address, { force: true });
  return await listen(address);
}

/** Linux has socket names that are not files; elsewhere a killed owner leaves a file at which nobody answers. */
function claimAddress(folder: string): string {
  const name = `leasehold-postgres-${createHash('sha256').update(folder).digest('hex').slice(0, 24)}`;
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}

function listen(address: string): Promise<FolderClaim | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => {
      if (isErrno(error, 'EADDRINUSE')) resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      server.unref();
      resolve({ release: () => new Promise((done) => server.close(() => done())) });
    });
  });
}

function isAnswering(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
