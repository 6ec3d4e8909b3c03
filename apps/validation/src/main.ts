import { runService } from '@leasehold/runtime';
import { validation } from './app.module.js';

await runService(validation);
