import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@leasehold/embedded-postgres';
import { type ScratchDatabases, openScratchDatabases } from '../../test/scratch-database.js';
import { StartFailure } from '../service/start-failure.js';
import { waitForDatabase } from './wait-for-database.js';

let databases: ScratchDatabases;
let url: URL;
beforeAll(async () => {
  databases = await openScratchDatabases();
  url = new URL(await databases.make());
});
afterAll(() => databases.dropAll());

describe('waitForDatabase', () => {
  it('is satisfied with a database that takes connections', async () => {
    await waitForDatabase(url.href);
  });

  it('waits for one that comes up a little later', async () => {
    const port = await freePort();
    const waiting = waitForDatabase(Object.assign(new URL(url), { port: String(port) }).href, 20_000);
    const proxy = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.pipe(connect(Number(url.port), '127.0.0.1').on('error', () => undefined)).pipe(socket);
    });
    await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve));
    await waiting;
    proxy.close();
  });

  it('gives up with a sentence that has the place and the reason, and no password', async () => {
    const nowhere = waitForDatabase('postgres://ann:hush@127.0.0.1:1/leases', 1_000);
    await expect(nowhere).rejects.toThrow(StartFailure);
    await expect(nowhere).rejects.toThrow(
      /^The database at 127\.0\.0\.1:1\/leases cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:1\.$/,
    );
  });

  it('has a reason where a name has several addresses', async () => {
    await expect(waitForDatabase('postgres://ann@localhost:1/leases', 1_000)).rejects.toThrow(
      /reached: connect ECONNREFUSED/,
    );
  });

  it('does not wait where waiting cannot help', async () => {
    const asked = performance.now();
    const missing = Object.assign(new URL(url), { pathname: '/not-there' }).href;
    await expect(waitForDatabase(missing, 60_000)).rejects.toThrow(
      `The database at ${url.host}/not-there refused the connection: database "not-there" does not exist.`,
    );
    expect(performance.now() - asked).toBeLessThan(10_000);
  });
});
