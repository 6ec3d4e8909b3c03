import { migrateAll } from '@leasehold/runtime';
import { createTestDatabase, type TestDatabase } from '@leasehold/testing';
import { pino } from 'pino';
import { validation } from '../src/app.module.js';

/** A database in which the service can start. */
export async function validationDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await migrateAll([validation], () => database.url, pino({ level: 'silent' }));
  return database;
}
