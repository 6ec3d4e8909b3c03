import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { TOPICS } from '@leasehold/contracts';
import { type EventLog, partitionOf } from '@leasehold/messaging';
import { waitFor } from '@leasehold/testing';
import { mismatch, testLicense } from '../../test/observed.js';
import { type RunningAnomaly, runAnomaly } from '../../test/running-anomaly.js';

const NOON = Date.parse('2026-03-02T12:00:00Z');
const LICENSE = testLicense('a');

jest.setTimeout(60_000);

let anomaly: RunningAnomaly | undefined;
afterEach(() => anomaly?.close());

/** A log whose publishing is the test's to break. */
const breakable = (publish: (log: EventLog, ...args: Parameters<EventLog['publish']>) => Promise<void>) => {
  return (log: EventLog): EventLog => ({
    ...log,
    createTopics: (topics) => log.createTopics(topics),
    publish: (records) => publish(log, records),
    subscribe: (subscription, handle) => log.subscribe(subscription, handle),
    follow: (topics, from, handle) => log.follow(topics, from, handle),
    lag: (group, topics) => log.lag(group, topics),
    close: () => log.close(),
  });
};

describe('a finding', () => {
  it('is told as an event of its license, with what a reader needs', async () => {
    anomaly = await runAnomaly();
    await anomaly.observe(LICENSE, [mismatch(LICENSE, 'pirate.example', NOON)]);
    const { id } = await anomaly.finding(LICENSE, 1);
    const [told] = await anomaly.told(id, 1);
    expect(told).toMatchObject({
      key: LICENSE.license,
      partition: partitionOf(LICENSE.license, TOPICS.anomalies.partitions),
      headers: {
        ce_subject: LICENSE.license,
        ce_tenant: LICENSE.tenant,
        ce_source: '/leasehold/anomaly',
        ce_time: '2026-03-02T12:00:00.000Z',
      },
    });
    expect(told?.data).toEqual({
      id,
      rule: 'domain_mismatch',
      severity: 'info',
      status: 'open',
      license: LICENSE.license,
      tenant: LICENSE.tenant,
      product: LICENSE.product,
      count: 1,
      requestedDomain: 'pirate.example',
      boundDomain: 'legitimate.example',
      firstSeenAt: '2026-03-02T12:00:00.000Z',
      lastSeenAt: '2026-03-02T12:00:00.000Z',
      evidence: expect.objectContaining({ reached: 'once' }),
    });
  });

  it('is told again under the same id when the log’s answer got lost', async () => {
    let isLost = false;
    anomaly = await runAnomaly({
      through: breakable(async (log, records) => {
        await log.publish(records);
        if (isLost || !records.some(({ topic }) => topic === TOPICS.anomalies.name)) return;
        isLost = true;
        throw new Error('the answer got lost');
      }),
    });
    await anomaly.observe(LICENSE, [mismatch(LICENSE, 'pirate.example', NOON)]);
    const { id } = await anomaly.finding(LICENSE, 1);
    const told = await anomaly.told(id, 2);
    expect(told[1]).toEqual(told[0]);
  });

  it('that the process could not tell before its end is told by the next one', async () => {
    anomaly = await runAnomaly({ through: breakable(() => Promise.reject(new Error('the log is away'))) });
    await anomaly.observe(
      LICENSE,
      ['a', 'b', 'c'].map((letter) => mismatch(LICENSE, `${letter}.example`, NOON)),
    );
    const { id } = await anomaly.finding(LICENSE, 3);
    await anomaly.service.close();
    const next = await anomaly.another();
    const told = await anomaly.told(id, 2);
    expect(told.map(({ data }) => [data.severity, data.count])).toEqual([
      ['info', 1],
      ['critical', 3],
    ]);
    await waitFor(async () => {
      const { rows } = await next.context.database.pool.query('select from outbox');
      return rows.length === 0;
    });
  });
});
