import { runService } from '@leasehold/runtime';
import { metering } from './app.module.js';

await runService(metering);
