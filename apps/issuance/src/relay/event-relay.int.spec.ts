import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeEvent, type IncomingEvent, TOPICS } from '@leasehold/contracts';
import type { LogRecord } from '@leasehold/messaging';
import { waitFor } from '@leasehold/testing';
import { type RunningIssuance, runIssuance } from '../../test/running-issuance.js';

let issuance: RunningIssuance;
const records: LogRecord[] = [];
beforeAll(async () => {
  issuance = await runIssuance();
  await issuance.log.follow(Object.values(TOPICS), 'start', (batch) => {
    records.push(...batch.records);
    return Promise.resolve();
  });
});
afterAll(() => issuance.close());

const events = (topic: { readonly name: string }): IncomingEvent[] =>
  records
    .filter((record) => record.topic === topic.name)
    .map((record) => {
      const result = decodeEvent(record);
      if ('unreadable' in result) throw new Error(result.unreadable);
      return result.event;
    });
const published = (key: string) =>
  waitFor(() => records.findLast((record) => record.key === key), { describe: `a record ${key}` });
const metric = async (name: string): Promise<number | undefined> => {
  const { body: _body, ...answer } = await issuance.call<unknown>('GET', '/v1/products');
  expect(answer.status).toBe(200);
  const text = await issuance.service.context.metrics.metrics();
  const line = text.split('\n').find((one) => one.startsWith(`${name}{`) || one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
};

describe('the relay', () => {
  it('publishes what the first start made: tenant, keys, public keys, and the receipt key for validation', async () => {
    const { tenantId } = issuance.keys;
    await published(`${tenantId}/tenant/${tenantId}`);
    await waitFor(() => events(TOPICS.serviceKeys).length === 1);
    const kinds = events(TOPICS.accounts).map(({ key }) => key.split('/').slice(0, 2).join('/'));
    expect(kinds.sort()).toEqual(
      [
        `${tenantId}/tenant`,
        `${tenantId}/api-key`,
        `${tenantId}/api-key`,
        `${tenantId}/public-key`,
        'platform/api-key',
        'platform/public-key',
      ].sort(),
    );
    expect(events(TOPICS.serviceKeys)[0]?.data).toMatchObject({ purpose: 'receipt', status: 'active' });
  });

  it('publishes what a request has made before anybody could ask a second time', async () => {
    const { body } = await issuance.call('POST', '/v1/products', { body: { name: 'Editor' } });
    const record = await published(`${issuance.keys.tenantId}/product/${body.id}`);
    expect(decodeEvent(record)).toMatchObject({ event: { data: { id: body.id, name: 'Editor' }, sequence: 1 } });
  });

  it('follows a deleted API key with a tombstone', async () => {
    const { body } = await issuance.call('POST', '/v1/api-keys', { body: { name: 'x', kind: 'secret' } });
    const key = `${issuance.keys.tenantId}/api-key/${body.id}`;
    await published(key);
    await issuance.call('DELETE', `/v1/api-keys/${body.id}`);
    await waitFor(() => records.findLast((record) => record.key === key)?.value === null);
  });

  it('seals each tenant’s chain behind what it has published', async () => {
    const { pool } = issuance.service.context.database;
    await waitFor(async () => {
      const { rows } = await pool.query<{ unsealed: string }>(
        'select (select count(*) from events) - (select count(*) from event_seal) as unsealed',
      );
      return rows[0]?.unsealed === '0';
    });
  });

  it('tells how far the log is behind', async () => {
    await waitFor(async () => (await metric('leasehold_relay_backlog_events')) === 0);
    expect(await metric('leasehold_relay_events_total')).toBeGreaterThan(0);
    expect(await metric('leasehold_relay_lag_seconds_count')).toBeGreaterThan(0);
  });

  it('publishes nothing twice when another process runs beside it, and goes on when it ends', async () => {
    const other = await issuance.another();
    const { body } = await issuance.call('POST', '/v1/products', { body: { name: 'Two relays' } });
    const key = `${issuance.keys.tenantId}/product/${body.id}`;
    await published(key);
    await other.close();
    const { body: next } = await issuance.call('POST', '/v1/products', { body: { name: 'One relay' } });
    await published(`${issuance.keys.tenantId}/product/${next.id}`);
    expect(records.filter((record) => record.key === key)).toHaveLength(1);
  });
});

describe('readiness', () => {
  it('has the relay among its checks', async () => {
    const { ready, report } = await issuance.service.readiness();
    expect(ready).toBe(true);
    expect(report.details).toMatchObject({ relay: { status: 'up' } });
  });
});
