import { expect, it } from '@jest/globals';
import { TOPICS } from '@leasehold/contracts';
import { createMemoryLog } from '@leasehold/messaging';
import { pino } from 'pino';
import { AccountTable } from './account-table.js';
import { accountTableFeatures } from './account-table.features.js';

accountTableFeatures('the log in memory', async () => {
  const log = createMemoryLog();
  await log.createTopics([TOPICS.accounts]);
  return { log, close: () => log.close() };
});

it('who waits for an account table is told when its log cannot be read to the end', async () => {
  const log = createMemoryLog();
  await log.createTopics([TOPICS.accounts]);
  const table = new AccountTable({ now: () => 0 }, pino({ level: 'silent' }));
  await table.follow({
    ...log,
    follow: async (...args) => ({
      ...(await log.follow(...args)),
      caughtUp: Promise.reject(new Error('closed before')),
    }),
  });
  await expect(table.ready).rejects.toThrow('closed before');
  await table.close();
  await log.close();
});
