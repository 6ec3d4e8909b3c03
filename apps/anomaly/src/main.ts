import { runService } from '@leasehold/runtime';
import { anomaly } from './app.module.js';

await runService(anomaly);
