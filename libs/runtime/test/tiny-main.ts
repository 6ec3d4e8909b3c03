import { runService } from '../src/service/run-service.js';
import { tinyService } from './tiny-service.js';

await runService(tinyService());
