import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { childFixture, until } from '../../test/child-fixture.js';

const fixture = childFixture();
const { start } = fixture;

describe('the process of a service on its embedded PostgreSQL', () => {
  it('starts on its embedded default, ends with 0 on SIGTERM, and starts again on its data, even after a kill', async () => {
    const first = start();
    expect((await fetch(`${await first.ready}/readyz`)).status).toBe(200);
    await fetch(`${await first.ready}/v1/tiny/word`, { method: 'POST' });
    expect(statSync(join(fixture.dataDir(), 'key')).mode & 0o777).toBe(0o600);
    const key = readFileSync(join(fixture.dataDir(), 'key'), 'utf8');
    const asked = Date.now();
    first.process.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    expect(Date.now() - asked).toBeLessThan(15_000);
    expect(first.stdout()).not.toMatch(/"level":"(?:warn|error|fatal)"/);
    const second = start();
    await second.ready;
    second.process.kill('SIGKILL');
    await second.exited;
    const third = start();
    expect((await fetch(`${await third.ready}/readyz`)).status).toBe(200);
    expect(readFileSync(join(fixture.dataDir(), 'key'), 'utf8')).toBe(key);
    third.process.kill('SIGTERM');
    expect(await third.exited).toBe(0);
  }, 60_000);

  it('ends with 1 when its embedded PostgreSQL ends, and starts again on it', async () => {
    const child = start();
    await child.ready;
    process.kill(
      Number(readFileSync(join(fixture.dataDir(), 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]),
      'SIGKILL',
    );
    expect(await child.exited).toBe(1);
    expect(child.stdout()).toContain('the embedded PostgreSQL ended');
    const again = start();
    expect((await fetch(`${await again.ready}/readyz`)).status).toBe(200);
  }, 60_000);

  it('shares the embedded PostgreSQL with a process that came first, and ends with it', async () => {
    const owner = start();
    await owner.ready;
    const guest = start();
    expect((await fetch(`${await guest.ready}/v1/tiny/word`, { method: 'POST' })).status).toBe(200);
    const brief = start();
    await brief.ready;
    brief.process.kill('SIGTERM');
    expect(await brief.exited).toBe(0);
    expect((await fetch(`${await owner.ready}/readyz`)).status).toBe(200);
    owner.process.kill('SIGTERM');
    expect(await owner.exited).toBe(0);
    expect(await guest.exited).toBe(1);
  }, 60_000);

  it('makes its first start beside others on the same data folder: one makes the key and the database, all use them', async () => {
    const all = [start(), start(), start()];
    for (const child of all) expect((await fetch(`${await child.ready}/readyz`)).status).toBe(200);
    expect(readFileSync(join(fixture.dataDir(), 'key'), 'utf8')).toMatch(/^[\w+/]{43}=\n$/);
    expect(readdirSync(fixture.dataDir()).sort()).toEqual(['anomaly', 'format.json', 'key', 'postgres']);
  }, 60_000);

  it('ends with 0 when it is told to stop while it starts', async () => {
    const child = start();
    await until(() => child.stdout().includes('"msg":"starting"'));
    child.process.kill('SIGTERM');
    expect(await child.exited).toBe(0);
    const again = start();
    expect((await fetch(`${await again.ready}/readyz`)).status).toBe(200);
  }, 60_000);
});
