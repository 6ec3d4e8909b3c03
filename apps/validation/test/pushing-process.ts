import { pino } from 'pino';
import { UsageDelivery } from '../src/usage-ring/usage-delivery.js';
import { createUsageRing } from '../src/usage-ring/usage-ring.js';

// Pushes an item every few milliseconds while the log is away, and says so, until it is killed.
const [, , dir = ''] = process.argv;
const ring = createUsageRing(1, 100_000);
let ids = 0;
const delivery = new UsageDelivery({
  ring,
  // it does not even refuse
  log: { publish: () => new Promise(() => undefined) },
  dir,
  teller: { instance: 'child', boot: 'child' },
  flushMs: 25,
  newId: () => `id-${++ids}`,
  now: () => Date.now(),
  logger: pino({ level: 'silent' }),
});
let count = 0;
setInterval(() => {
  ring.push(0, `{"code":"item-${count}","at":0}`);
  delivery.notice();
  process.stdout.write(`${count} ${Date.now()}\n`);
  count += 1;
}, 10);
