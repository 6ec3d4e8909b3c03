import { runService } from '@leasehold/runtime';
import { webhooks } from './app.module.js';

await runService(webhooks);
