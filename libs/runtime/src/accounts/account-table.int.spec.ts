import { afterAll, beforeAll } from '@jest/globals';
import { pino } from 'pino';
import { type ScratchDatabases, openScratchDatabases } from '../../test/scratch-database.js';
import { LOG_SCHEMA } from '../database/log-schema.js';
import { migrateAll } from '../database/migrate-all.js';
import { openLog } from '../database/open-log.js';
import { accountTableFeatures } from './account-table.features.js';

const logger = pino({ level: 'silent' });
let databases: ScratchDatabases;

beforeAll(async () => {
  databases = await openScratchDatabases();
});
afterAll(() => databases.dropAll());

accountTableFeatures('the log in PostgreSQL', async () => {
  const url = await databases.make();
  await migrateAll([LOG_SCHEMA], () => url, logger);
  const log = await openLog({ url, instanceId: 'test', logger });
  return { log, close: () => log.close() };
});
