import { createLogger } from '../src/observability/create-logger.js';
import { type ProcessLife, liveAsProcess } from '../src/service/process-life.js';
import { StartFailure } from '../src/service/start-failure.js';

/** A process that opens three parts and then does as its first argument says. */
const logger = createLogger({ level: 'info', service: 'life' });
const never = new Promise<never>(() => undefined);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const part = (life: ProcessLife, name: string, close: () => Promise<void> = () => Promise.resolve()): void => {
  life.defer(async () => {
    say(`closing ${name}`);
    await close();
  });
};

const ENDS: Readonly<Record<string, (life: ProcessLife) => Promise<void> | void>> = {
  run: () => undefined,
  'fail to start': () => {
    throw new StartFailure('There is no room.');
  },
  'start with a bug': () => Promise.reject(new TypeError('x is not a function')),
  'fail while it runs': (life) => void setImmediate(() => life.fail(new Error('the database ended'))),
  'fail twice': (life) => {
    life.fail(new Error('first'));
    life.fail(new Error('second'));
  },
  'reject unhandled': () => void Promise.reject(new Error('nobody waits for this')),
  'reject with a text': () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- libraries do this
    void Promise.reject('only a text');
  },
  'close badly': (life) => part(life, 'broken', () => Promise.reject(new Error('it does not close'))),
  'start for ever': async (life) => {
    say('is ready at http://nowhere');
    part(life, 'late');
    await never;
  },
};

setInterval(() => undefined, 60_000);
await liveAsProcess(logger, async (life) => {
  for (const name of ['first', 'second', 'third']) part(life, name);
  await ENDS[process.argv[2] ?? 'run']?.(life);
  say('is ready at http://nowhere');
});
