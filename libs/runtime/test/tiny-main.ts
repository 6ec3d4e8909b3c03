import { runService } from '../src/service/run-service.js';
import { Gate, tinyService } from './tiny-service.js';

const gate = new Gate();
// what waits at the gate is let go by the signal that stops the process: it is in flight while everything closes
process.on('SIGTERM', () => gate.release());

await runService(tinyService(gate));
