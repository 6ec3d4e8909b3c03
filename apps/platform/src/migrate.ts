import { runMigrate } from '@leasehold/runtime';
import { SERVICE_DEFINITIONS } from './services.js';

await runMigrate(SERVICE_DEFINITIONS);
