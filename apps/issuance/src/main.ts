import { runService } from '@leasehold/runtime';
import { BOOTSTRAP, issuance } from './app.module.js';

await runService(issuance, { bootstrap: BOOTSTRAP });
