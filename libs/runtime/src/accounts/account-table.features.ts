import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accountKey, encodeEvent, EVENTS, type EventDefinition, TOPICS } from '@leasehold/contracts';
import { type EventLog, partitionOf } from '@leasehold/messaging';
import { pino } from 'pino';
import type { z } from 'zod';
import { type AccountChange, AccountTable } from './account-table.js';

/** A log of the driver under test, empty but for the topic. */
export interface AccountLog {
  readonly log: EventLog;
  close(): Promise<void>;
}

const NOW = 1_750_000_000_000;
const TENANT = { id: 'ten_1', name: 'Acme', createdAt: NOW };
const KEY = {
  id: 'key_1',
  tenantId: 'ten_1',
  kind: 'secret' as const,
  hash: 'aa'.repeat(32),
  scopes: ['licenses:read', 'usage:write'],
  rate: { perSecond: 5, burst: 10 },
  createdAt: NOW,
};
const OPERATOR = {
  ...KEY,
  id: 'key_0',
  tenantId: 'platform',
  kind: 'operator' as const,
  hash: 'bb'.repeat(32),
  rate: null,
};
const PLAN = {
  id: 'plan_1',
  tenantId: 'ten_1',
  productId: 'prod_1',
  name: 'Pro',
  limits: { apiCalls: 5 },
  createdAt: NOW,
};
const PUBLIC_KEY = {
  kid: 'kid_1',
  tenantId: 'platform',
  purpose: 'receipt' as const,
  jwk: { kty: 'OKP' as const, crv: 'Ed25519' as const, x: 'x' },
  status: 'active' as const,
  createdAt: NOW,
  activatesAt: null,
  retiresAt: null,
};

/** What the account table promises, over any event log. */
export function accountTableFeatures(driver: string, openLog: () => Promise<AccountLog>): void {
  describe(`the account table over ${driver}`, () => {
    let opened: AccountLog;
    let table: AccountTable;
    const lines: string[] = [];
    const logger = pino({}, { write: (line: string) => lines.push(line) });

    const publish = async <Schema extends z.ZodType>(
      definition: EventDefinition<Schema>,
      kind: string,
      state: z.output<Schema> & { tenantId?: string },
      id: string,
      tombstone = false,
    ): Promise<void> => {
      const tenantId = state.tenantId ?? id;
      const envelope = { id: `evt_${id}`, source: '/test', subject: id, time: NOW };
      const encoded = encodeEvent(definition, envelope, state as never);
      await opened.log.publish([
        {
          topic: TOPICS.accounts.name,
          partition: partitionOf(tenantId, TOPICS.accounts.partitions),
          key: accountKey(tenantId, kind, id),
          headers: encoded.headers,
          value: tombstone ? null : encoded.value,
        },
      ]);
    };
    const tenant = (state = TENANT) => publish(EVENTS.tenant, 'tenant', state, state.id);
    const apiKey = (
      state: Omit<typeof KEY, 'kind' | 'rate'> & Pick<typeof OPERATOR | typeof KEY, 'kind' | 'rate'> = KEY,
    ) => publish(EVENTS.apiKey, 'api-key', state, state.id);
    const follow = async (): Promise<void> => {
      table = new AccountTable({ now: () => Date.now() }, logger);
      await table.follow(opened.log);
      await table.ready;
    };
    const changeOf = (kind: AccountChange['kind']): Promise<AccountChange> =>
      new Promise((resolve) => {
        const end = table.onChange((change) => {
          if (change.kind !== kind) return;
          end();
          resolve(change);
        });
      });

    beforeEach(async () => {
      lines.length = 0;
      opened = await openLog();
    });
    afterEach(async () => {
      await table.close();
      await opened.close();
    });

    it('knows everything that was in the topic once it is ready', async () => {
      await tenant();
      await apiKey();
      await apiKey(OPERATOR);
      await publish(EVENTS.product, 'product', { ...TENANT, id: 'prod_1', tenantId: 'ten_1' }, 'prod_1');
      await publish(EVENTS.plan, 'plan', PLAN, 'plan_1');
      await publish(EVENTS.publicKey, 'public-key', PUBLIC_KEY, 'kid_1');
      await follow();
      expect(table.callerOf(KEY.hash)).toEqual({
        kind: 'secret',
        apiKeyId: 'key_1',
        tenantId: 'ten_1',
        scopes: ['licenses:read', 'usage:write'],
        rate: { perSecond: 5, burst: 10 },
      });
      expect(table.callerOf(OPERATOR.hash)).toEqual({
        kind: 'operator',
        apiKeyId: 'key_0',
        scopes: ['licenses:read', 'usage:write'],
      });
      expect(table.tenants()).toEqual([TENANT]);
      expect(table.publicKeys('platform')).toEqual([PUBLIC_KEY]);
      expect(table.publicKeys('ten_1')).toEqual([]);
    });

    it('is ready over an empty topic, and knows nobody', async () => {
      await follow();
      expect(table.callerOf(KEY.hash)).toBeUndefined();
      expect(table.tenants()).toEqual([]);
    });

    it('waits for a key that is on its way, and answers as soon as it is there', async () => {
      await follow();
      const waiting = table.waitFor(KEY.hash, 60_000);
      await apiKey();
      expect((await waiting)?.apiKeyId).toBe('key_1');
    });

    it('waits for an unknown key no longer than it was told', async () => {
      await follow();
      const asked = performance.now();
      expect(await table.waitFor('cc'.repeat(32), 50)).toBeUndefined();
      expect(performance.now() - asked).toBeLessThan(5_000);
    });

    it('forgets a key whose tombstone it has read, and tells of it', async () => {
      await apiKey();
      await follow();
      const change = changeOf('api-key');
      await publish(EVENTS.apiKey, 'api-key', KEY, 'key_1', true);
      expect(await change).toEqual({ kind: 'api-key', id: 'key_1', tenantId: 'ten_1' });
      expect(table.callerOf(KEY.hash)).toBeUndefined();
    });

    it('has the newest state of what changed before it tells of the change', async () => {
      await tenant();
      await follow();
      const seen = new Promise<string | undefined>((resolve) => {
        table.onChange(() => resolve(table.tenants()[0]?.name));
      });
      await tenant({ ...TENANT, name: 'Acme 2' });
      expect(await seen).toBe('Acme 2');
    });

    it('forgets a key hash that was replaced', async () => {
      await apiKey();
      await follow();
      const change = changeOf('api-key');
      await apiKey({ ...KEY, hash: 'dd'.repeat(32) });
      await change;
      expect(table.callerOf(KEY.hash)).toBeUndefined();
      expect(table.callerOf('dd'.repeat(32))?.apiKeyId).toBe('key_1');
    });

    it('reads on behind a record that it cannot read, and says which it was', async () => {
      await opened.log.publish([
        { topic: TOPICS.accounts.name, partition: partitionOf('ten_1', 3), key: 'ten_1/x/1', headers: {}, value: null },
      ]);
      await tenant();
      await follow();
      expect(table.tenants()).toEqual([TENANT]);
      expect(lines.join('')).toContain('"key":"ten_1/x/1"');
    });

    it('knows a key before it knows the tenant, since their records may come in any order', async () => {
      await apiKey();
      await follow();
      expect(table.callerOf(KEY.hash)?.tenantId).toBe('ten_1');
      expect(table.tenants()).toEqual([]);
      const change = changeOf('tenant');
      await tenant();
      await change;
      expect(table.tenants()).toEqual([TENANT]);
    });

    it('ends at the newest state when records come again, the older before the newer', async () => {
      for (const scopes of [['usage:read'], [], ['usage:read'], []]) await apiKey({ ...KEY, scopes });
      await tenant();
      await tenant();
      await follow();
      expect(table.callerOf(KEY.hash)?.scopes).toEqual([]);
      expect(table.tenants()).toEqual([TENANT]);
    });

    it('keeps tenants apart: what one loses the other keeps', async () => {
      const other = { ...TENANT, id: 'ten_2', name: 'Other' };
      const ownKeys = ['ten_1', 'ten_2'].map((tenantId) => ({ ...PUBLIC_KEY, kid: `kid_${tenantId}`, tenantId }));
      await tenant();
      await tenant(other);
      await apiKey();
      await apiKey({ ...KEY, id: 'key_2', tenantId: 'ten_2', hash: 'ee'.repeat(32) });
      for (const key of ownKeys) await publish(EVENTS.publicKey, 'public-key', key, key.kid);
      await follow();
      expect(ownKeys.map(({ tenantId }) => table.publicKeys(tenantId))).toEqual(ownKeys.map((key) => [key]));
      const change = changeOf('public-key');
      await publish(EVENTS.tenant, 'tenant', TENANT, 'ten_1', true);
      await publish(EVENTS.apiKey, 'api-key', KEY, 'key_1', true);
      await publish(EVENTS.publicKey, 'public-key', { ...PUBLIC_KEY, tenantId: 'ten_1' }, 'kid_ten_1', true);
      expect(await change).toEqual({ kind: 'public-key', id: 'kid_ten_1', tenantId: 'ten_1' });
      expect(table.tenants()).toEqual([other]);
      expect(table.callerOf(KEY.hash)).toBeUndefined();
      expect(table.callerOf('ee'.repeat(32))?.tenantId).toBe('ten_2');
      expect(table.publicKeys('ten_1')).toEqual([]);
      expect(table.publicKeys('ten_2')).toEqual([ownKeys[1]]);
    });

    it('tells of each change what it is, where, and whose, until it is asked to stop', async () => {
      await follow();
      const told: AccountChange[] = [];
      const end = table.onChange((change) => told.push(change));
      await tenant();
      await apiKey(OPERATOR);
      const last = changeOf('public-key');
      await publish(EVENTS.publicKey, 'public-key', { ...PUBLIC_KEY, tenantId: 'ten_1' }, 'kid_1');
      await last;
      expect(told).toEqual(
        expect.arrayContaining([
          { kind: 'tenant', id: 'ten_1', tenantId: 'ten_1' },
          { kind: 'api-key', id: 'key_0', tenantId: 'platform' },
          { kind: 'public-key', id: 'kid_1', tenantId: 'ten_1' },
        ]),
      );
      end();
      const before = told.length;
      const gone = changeOf('tenant');
      await publish(EVENTS.tenant, 'tenant', TENANT, 'ten_1', true);
      await gone;
      expect(told).toHaveLength(before);
    });

    it('says nothing of a tombstone of what it never knew', async () => {
      await follow();
      const told: AccountChange[] = [];
      table.onChange((change) => told.push(change));
      await publish(EVENTS.tenant, 'tenant', TENANT, 'ten_1', true);
      const change = changeOf('tenant');
      await tenant({ ...TENANT, id: 'ten_2' });
      await change;
      expect(told.map(({ id }) => id)).toEqual(['ten_2']);
    });

    it('passes over products and plans: it tells of none, and calls none of them unreadable', async () => {
      await publish(EVENTS.product, 'product', { ...TENANT, id: 'prod_1', tenantId: 'ten_1' }, 'prod_1');
      await follow();
      const told: AccountChange[] = [];
      table.onChange((change) => told.push(change));
      await publish(EVENTS.plan, 'plan', PLAN, 'plan_1');
      await publish(EVENTS.plan, 'plan', PLAN, 'plan_1', true);
      const change = changeOf('tenant');
      await tenant();
      await change;
      expect(told.map(({ kind }) => kind)).toEqual(['tenant']);
      expect(lines).toEqual([]);
    });

    it('gives a key no scope that this version does not know', async () => {
      await apiKey({ ...KEY, scopes: ['licenses:read', 'moons:write'] });
      await follow();
      expect(table.callerOf(KEY.hash)?.scopes).toEqual(['licenses:read']);
    });

    it('answers at once for a key that it knows, and goes on waiting when another comes', async () => {
      await apiKey(OPERATOR);
      await follow();
      expect(await table.waitFor(OPERATOR.hash, 0)).toMatchObject({ apiKeyId: 'key_0' });
      const waiting = table.waitFor(KEY.hash, 60_000);
      await apiKey({ ...KEY, id: 'key_9', hash: 'ff'.repeat(32) });
      await apiKey();
      expect((await waiting)?.apiKeyId).toBe('key_1');
    });

    it('says how old its knowledge is', async () => {
      table = new AccountTable({ now: () => Date.now() }, logger);
      expect(table.ageMs()).toBe(Infinity);
      await table.follow(opened.log);
      await table.ready;
      expect(table.ageMs()).toBeLessThan(5_000);
    });
  });
}
