import { TOPICS } from '@leasehold/contracts';
import { createMemoryLog } from '@leasehold/messaging';
import { createLogger, startService } from '@leasehold/runtime';
import { webhooks } from '../src/app.module.js';
import { MASTER_KEY } from './running-webhooks.js';

// The service as a process of its own, so that a test can kill it. It sends what lies in the database.
const [databaseUrl = '', dataDir = ''] = process.argv.slice(2);
const log = createMemoryLog();
await log.createTopics(Object.values(TOPICS));
const service = await startService(webhooks, {
  databaseUrl,
  dataDir,
  log,
  logger: createLogger({ level: 'silent', service: 'webhooks' }),
  masterKey: MASTER_KEY,
  config: { databasePoolSize: 3, webhookAllowCidrs: ['127.0.0.0/8'], webhookAllowHttp: true },
});
process.on('SIGTERM', () => {
  void service.close().then(() => process.exit(0));
});
process.stdout.write('started\n');
