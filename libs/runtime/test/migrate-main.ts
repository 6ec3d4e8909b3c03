import { runMigrate } from '../src/service/run-migrate.js';
import { tinyService } from './tiny-service.js';

await runMigrate([tinyService()]);
