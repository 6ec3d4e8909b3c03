import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FirstKeys } from '@leasehold/runtime';
import { hashApiKey } from '@leasehold/tokens';
import { type IssuanceDatabase, issuanceDatabase } from '../../test/issuance-database.js';
import { createSecrets } from '../secrets/secrets.js';
import { createBootstrap } from './bootstrap.js';

let database: IssuanceDatabase;
beforeEach(async () => {
  database = await issuanceDatabase();
});
afterEach(() => database.drop());

const secrets = createSecrets(new Uint8Array(32).fill(9), randomBytes);
const bootstrap = (writePath = database.writePath) => createBootstrap({ writePath, pool: database.pool, secrets });
const count = async (table: string): Promise<number> =>
  Number((await database.pool.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]?.n);
const remembering = () => {
  const seen: FirstKeys[] = [];
  return { seen, remember: (keys: FirstKeys) => Promise.resolve(void seen.push(keys)) };
};

describe('the first start', () => {
  it('makes a tenant, its keys, the operator key and both signing keys', async () => {
    const { seen, remember } = remembering();
    const keys = await bootstrap().run(remember);
    expect(seen).toEqual([keys]);
    const { rows } = await database.pool.query<{ tenant_id: string; kind: string; hash: string }>(
      'select tenant_id, kind, hash from api_key order by kind',
    );
    expect(rows).toEqual([
      { tenant_id: 'platform', kind: 'operator', hash: hashApiKey(keys?.operatorKey ?? '') },
      { tenant_id: keys?.tenantId, kind: 'publishable', hash: hashApiKey(keys?.publishableKey ?? '') },
      { tenant_id: keys?.tenantId, kind: 'secret', hash: hashApiKey(keys?.secretKey ?? '') },
    ]);
    const signing = await database.pool.query(`select tenant_id, purpose, status from signing_key order by purpose`);
    expect(signing.rows).toEqual([
      { tenant_id: keys?.tenantId, purpose: 'license', status: 'active' },
      { tenant_id: 'platform', purpose: 'receipt', status: 'active' },
    ]);
  });

  it('happens once: later starts show nothing and make nothing', async () => {
    await bootstrap().run(() => Promise.resolve());
    const { seen, remember } = remembering();
    expect(await bootstrap().run(remember)).toBeUndefined();
    expect(seen).toEqual([]);
    expect(await count('tenant')).toBe(1);
  });

  it('by two processes at once makes one tenant, and both show the same keys', async () => {
    const other = await database.anotherWritePath();
    const first = remembering();
    const second = remembering();
    await Promise.all([bootstrap().run(first.remember), bootstrap(other).run(second.remember)]);
    const shown = [...first.seen, ...second.seen];
    expect(new Set(shown.map(({ secretKey }) => secretKey)).size).toBe(1);
    expect(await count('tenant')).toBe(1);
    expect(await count('api_key')).toBe(3);
    expect(await count('signing_key')).toBe(2);
  });

  it('that crashes before anybody has the keys shows the same keys to the next one', async () => {
    const lost: FirstKeys[] = [];
    const crash = bootstrap().run((keys) => {
      lost.push(keys);
      return Promise.reject(new Error('killed while writing the file'));
    });
    await expect(crash).rejects.toThrow('killed');
    const { seen, remember } = remembering();
    await bootstrap().run(remember);
    expect(seen).toEqual(lost);
    expect(await count('tenant')).toBe(1);
  });

  it('leaves nothing of the keys behind once somebody has them', async () => {
    await bootstrap().run(() => Promise.resolve());
    const { rows } = await database.pool.query('select ciphertext from bootstrap');
    expect(rows).toEqual([{ ciphertext: null }]);
  });

  it('that cannot commit leaves nothing at all', async () => {
    const failing = {
      ...database.writePath,
      commit: (...[cause, changes]: Parameters<typeof database.writePath.commit>) =>
        database.writePath.commit(cause, [
          ...changes,
          {
            streamId: 'x',
            expectedVersion: 0,
            tenantId: 't',
            events: [],
            rows: [{ table: 'tenant', op: 'update', row: { id: 'none' } }],
          },
        ]),
    };
    await expect(bootstrap(failing).run(() => Promise.resolve())).rejects.toThrow(/no such row/);
    for (const table of ['tenant', 'api_key', 'signing_key', 'bootstrap', 'events']) expect(await count(table)).toBe(0);
  });
});
