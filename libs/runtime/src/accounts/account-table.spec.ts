import { TOPICS } from '@leasehold/contracts';
import { createMemoryLog } from '@leasehold/messaging';
import { accountTableFeatures } from './account-table.features.js';

accountTableFeatures('the log in memory', async () => {
  const log = createMemoryLog();
  await log.createTopics([TOPICS.accounts]);
  return { log, close: () => log.close() };
});
