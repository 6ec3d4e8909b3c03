import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { feedDeadLetters } from '../src/consumer/dead-letter-feed.js';
import { createConsumer } from '../src/consumer/create-consumer.js';
import { listParked, type NewRecord } from '../src/index.js';
import { batchOf, consumerDatabase, decodeLabel, GROUP, TOPIC } from './consumer-database.js';

const PAGE = new URL('../../../docs/how-to/handle-parked-records.md', import.meta.url);
const [list = '', value = '', giveUp = ''] = [...readFileSync(PAGE, 'utf8').matchAll(/^```sql\n(.*?)^```/gms)].map(
  ([, sql = '']) =>
    sql
      .replaceAll('leasehold_metering.', '')
      .replaceAll(`'metering'`, `'${GROUP}'`)
      .replaceAll(`'TOPIC'`, `'${TOPIC.name}'`)
      .replaceAll(`'KEY'`, `'a'`),
);

describe('the SQL of the page about parked records', () => {
  const database = consumerDatabase();
  const consume = (labels: readonly string[], firstOffset = 0) =>
    createConsumer<string>({
      group: GROUP,
      pool: database.pool,
      decode: decodeLabel,
      handle: async (events, _batch, transaction) => {
        for (const label of events) await transaction.query('INSERT INTO effect (label) VALUES ($1)', [label]);
      },
      hooks: {},
      trace: (_batch, run) => run(),
      retryDelaysMs: [],
      stopping: new AbortController().signal,
      monotonic: () => 0,
    })(batchOf(labels, firstOffset));
  const published: string[] = [];
  const log = {
    publish: (records: readonly NewRecord[]) => {
      published.push(...records.map((record) => Buffer.from(record.value ?? []).toString()));
      return Promise.resolve();
    },
  };
  const feed = () => feedDeadLetters({ pool: database.pool, log, group: GROUP });
  beforeEach(async () => {
    published.length = 0;
    await consume(['a:unreadable', 'b:unreadable', 'a:2']);
  });

  it('lists what is parked, and shows a whole record', async () => {
    const { rows } = await database.pool.query<{ id: string; key: string; state: string }>(list);
    expect(rows).toMatchObject([
      { key: 'a', state: 'failed', reason: 'unreadable', topic: TOPIC.name, partition: 0, offset: '0' },
      { key: 'b', state: 'failed' },
      { key: 'a', state: 'waiting', reason: null },
    ]);
    const shown = await database.pool.query(value.replace(/id = 1/, `id = ${rows[2]?.id ?? ''}`));
    expect(shown.rows).toEqual([{ headers: { label: 'a:2' }, value: 'a:2' }]);
  });

  it.each([
    ['before', []],
    ['after', ['a:unreadable', 'b:unreadable']],
  ])('gives a key up %s its copies went out: each has its copy, later records are handled', async (when, copies) => {
    if (when === 'after') await feed();
    expect(published).toEqual(copies);
    await database.pool.query(giveUp);
    await feed();
    expect([...published].sort()).toEqual(['a:2', 'a:unreadable', 'b:unreadable']);
    expect((await listParked(database.pool, { group: GROUP })).map(({ record }) => record.key)).toEqual(['b']);
    await consume(['a:3', 'b:3'], 3);
    expect(await database.effects()).toEqual(['a:3']);
  });
});
