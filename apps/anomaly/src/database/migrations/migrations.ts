import type { MigrationInterface } from 'typeorm';
import { Initial1700000000001 } from './1-initial.js';

/** All migrations of the schema, oldest first. */
export const MIGRATIONS: readonly (new () => MigrationInterface)[] = [Initial1700000000001];
