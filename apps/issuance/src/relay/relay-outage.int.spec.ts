import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TOPICS } from '@leasehold/contracts';
import { type EventLog, createMemoryLog, type LogRecord } from '@leasehold/messaging';
import { waitFor } from '@leasehold/testing';
import { type RunningIssuance, runIssuance } from '../../test/running-issuance.js';

/** A log that can be cut off. */
const breakable = (log: EventLog) => {
  let broken = false;
  return {
    log: {
      ...log,
      publish: (records) => (broken ? Promise.reject(new Error('the log is away')) : log.publish(records)),
    } satisfies EventLog,
    cut: () => {
      broken = true;
    },
    mend: () => {
      broken = false;
    },
  };
};

let issuance: RunningIssuance;
let line: ReturnType<typeof breakable>;
let records: LogRecord[];
beforeEach(async () => {
  line = breakable(createMemoryLog());
  issuance = await runIssuance({ log: line.log });
  records = [];
  await issuance.log.follow([TOPICS.accounts], 'start', (batch) => {
    records.push(...batch.records);
    return Promise.resolve();
  });
});
afterEach(() => issuance.close());

const create = async (name: string): Promise<string> => {
  const { status, body } = await issuance.call('POST', '/v1/products', { body: { name } });
  expect(status).toBe(201);
  return `${issuance.keys.tenantId}/product/${body.id}`;
};
const arrived = (key: string) => records.some((record) => record.key === key);

describe('while the log is away', () => {
  it('commands go on, and what they made arrives in order once it is back', async () => {
    line.cut();
    const keys = [await create('one'), await create('two'), await create('three')];
    expect((await issuance.service.readiness()).ready).toBe(true);
    expect(keys.some(arrived)).toBe(false);
    line.mend();
    await waitFor(() => keys.every(arrived));
    const order = records.map(({ key }) => key).filter((key) => keys.includes(key));
    expect([...new Set(order)]).toEqual(keys);
  });

  it('the backlog shows how much is waiting', async () => {
    const backlog = async (): Promise<number> => {
      const text = await issuance.service.context.metrics.metrics();
      return Number(/^leasehold_relay_backlog_events(?:\{.*\})? (\d+)$/m.exec(text)?.[1]);
    };
    await waitFor(async () => (await backlog()) === 0);
    line.cut();
    await create('waiting');
    expect(await backlog()).toBe(1);
    line.mend();
    await waitFor(async () => (await backlog()) === 0);
  });
});

describe('shutting down', () => {
  it('leaves nothing acknowledged unpublished', async () => {
    const { log } = issuance;
    const keys = await Promise.all(Array.from({ length: 60 }, (_none, number) => create(`last ${number}`)));
    await issuance.service.close();
    const end: string[] = [];
    const reader = await log.follow([TOPICS.accounts], 'start', (batch) => {
      end.push(...batch.records.map(({ key }) => key));
      return Promise.resolve();
    });
    await reader.caughtUp;
    expect(keys.filter((key) => !end.includes(key))).toEqual([]);
  });
});
