import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeEvent } from '@leasehold/contracts';
import type { StoredEvent } from '@leasehold/event-store';
import { DAY_MS } from '@leasehold/licensing';
import { toRecords } from '../../src/relay/to-records.js';
import { runDueRotations } from '../../src/signing-keys/run-due-rotations.js';
import { WRITE_PATH, type WritePath } from '../../src/store/write-path.js';
import { type RunningIssuance, runIssuance } from '../running-issuance.js';

/**
 * Events as the first version of their types was written. They are in stores out there: this file only grows. What
 * changes in a type is a new schema version with an upcaster, and a file of its own.
 */
type Golden = Pick<StoredEvent, 'type' | 'tenantId'> & {
  readonly data: { readonly change: object; readonly state: object };
};
const GOLDEN = JSON.parse(readFileSync(new URL('accounts-v1.json', import.meta.url), 'utf8')) as readonly Golden[];

const storedFrom = ({ type, tenantId, data }: Golden): StoredEvent => ({
  epoch: 1,
  position: 1,
  id: '0195500f-0000-7000-8000-000000000001',
  streamId: 'stream',
  version: 1,
  type,
  schemaVersion: 1,
  tenantId,
  data,
  metadata: { actor: { type: 'system', id: 'test' } },
  occurredAt: new Date(1_772_323_200_000),
});

/** Names of all members, those of members too. */
const shapeOf = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? null
    : Object.fromEntries(
        Object.entries(value)
          .map(([name, member]): [string, unknown] => [name, OPEN.has(name) ? null : shapeOf(member)])
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
/** Members whose own members are the caller's to choose, or that may be null. */
const OPEN = new Set(['limits', 'enforcement', 'rate']);

describe('events that were ever written', () => {
  it.each(GOLDEN.map((event) => [event.type, event] as const))('%s can still be published', (_type, event) => {
    const records = toRecords(storedFrom(event));
    expect(records.length).toBeGreaterThan(0);
    for (const record of records) expect(decodeEvent(record)).toHaveProperty('event');
  });
});

describe('events that are written now', () => {
  let issuance: RunningIssuance;
  const written = new Map<string, Golden>();
  beforeAll(async () => {
    issuance = await runIssuance();
    const { app, context } = issuance.service;
    const runDue = () => runDueRotations(app.get<WritePath>(WRITE_PATH), context.database.pool);
    const product = await issuance.call('POST', '/v1/products', { body: { name: 'Editor' } });
    await issuance.call('POST', '/v1/plans', { body: { productId: product.body.id, name: 'basic' } });
    const key = await issuance.call('POST', '/v1/api-keys', { body: { name: 'ci', kind: 'secret' } });
    await issuance.call('DELETE', `/v1/api-keys/${key.body.id}`);
    await issuance.call('POST', '/v1/signing-keys/rotate', { body: {} });
    issuance.clock.advance(DAY_MS);
    await runDue();
    issuance.clock.advance(30 * DAY_MS);
    await runDue();
    for (const { type, tenantId, data, schemaVersion } of (
      await app.get<WritePath>(WRITE_PATH).store.readAll({ epoch: 0, position: 0 }, 500)
    ).events) {
      expect([type, schemaVersion]).toEqual([type, 1]);
      written.set(type, { type, tenantId, data: data as Golden['data'] });
    }
  });
  afterAll(() => issuance.close());

  it('are of the types that are kept here', () => {
    expect([...written.keys()].sort()).toEqual(GOLDEN.map(({ type }) => type).sort());
  });

  it.each(GOLDEN.map((event) => [event.type, event] as const))(
    '%s has the members it has always had',
    (type, event) => {
      expect(shapeOf(written.get(type)?.data)).toEqual(shapeOf(event.data));
    },
  );
});
