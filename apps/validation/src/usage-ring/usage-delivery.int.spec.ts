import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewRecord } from '@leasehold/messaging';
import { RUNS_SOURCES, seededRandom, waitFor } from '@leasehold/testing';
import { pino } from 'pino';
import { batchOf, countOnce } from '../../test/told.js';
import { UsageDelivery } from './usage-delivery.js';
import { toBatch, toLine } from './usage-batch.js';
import { createUsageRing, type UsageRing } from './usage-ring.js';

/** A log that a test can take away: it refuses, or takes for ever. */
class FlakyLog {
  readonly told: NewRecord[] = [];
  state: 'there' | 'refusing' | 'hanging' | 'taking without a word' = 'there';
  calls = 0;

  publish = (records: readonly NewRecord[]): Promise<void> => {
    this.calls += 1;
    switch (this.state) {
      case 'there':
        this.told.push(...records);
        return Promise.resolve();
      case 'refusing':
        return Promise.reject(new Error('the log is away'));
      case 'taking without a word':
        this.told.push(...records);
        return new Promise(() => undefined);
      case 'hanging':
        return new Promise(() => undefined);
    }
  };

  items(): string[] {
    return countOnce(this.told.map(batchOf)).map(({ code }) => code);
  }
}

const PARTITIONS = 3;
let dir: string;
let log: FlakyLog;
let ring: UsageRing;
let delivery: UsageDelivery;
let ids = 0;
let pushed: string[];

const deliver = (from: UsageRing, boot: string, flushMs = 5, to = log): UsageDelivery =>
  new UsageDelivery({
    ring: from,
    log: to,
    dir,
    teller: { instance: 'test', boot },
    flushMs,
    newId: () => `id-${++ids}`,
    now: () => 0,
    logger: pino({ level: 'silent' }),
  });

const open = (boot: string, capacity = 10_000): UsageDelivery => {
  ring = createUsageRing(PARTITIONS, capacity);
  delivery = deliver(ring, boot);
  delivery.start();
  return delivery;
};

/**
 * A validator beside, for which the log is there, starts, tells what it finds left over, and ends. Answers whose it was;
 * `z-ended` is the last, of a process that has ended.
 */
const toldBeside = async (): Promise<readonly string[]> => {
  const left = { partition: 0, first: 1, items: ['{"code":"left","at":0}'] };
  const ended = toBatch(left, { instance: 'test', boot: 'z-ended' }, 'id-ended', 0);
  writeFileSync(join(dir, 'usage-z-ended.ndjson'), toLine(ended));
  const there = new FlakyLog();
  const beside = deliver(createUsageRing(PARTITIONS, 10), 'beside', 5, there);
  beside.start();
  const boots = (): string[] => there.told.map((record) => batchOf(record).boot);
  await waitFor(() => boots().includes('z-ended'));
  await beside.close();
  return boots();
};

/** The code stands for the item: it is what the tests count. */
const push = (count: number): void => {
  for (let n = 0; n < count; n += 1) {
    const code = `item-${pushed.length}`;
    if (ring.push(pushed.length % PARTITIONS, `{"code":"${code}","at":0}`) > 0) pushed.push(code);
    delivery.notice();
  }
};

const spills = (): string[] => readdirSync(dir).filter((name) => name.endsWith('.ndjson'));
const allTold = (): Promise<unknown> =>
  waitFor(() => log.items().length === pushed.length, {
    describe: () => `${pushed.length} items; ${log.items().length} were told`,
  });
const sorted = (items: readonly string[]): string[] => [...items].sort();

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'leasehold-usage-'));
  log = new FlakyLog();
  pushed = [];
  open('boot-1');
});
afterEach(async () => {
  log.state = 'there';
  await delivery.close();
  rmSync(dir, { recursive: true });
});

describe('usage while the log is there', () => {
  it('is told in batches, a moment later, without touching the disk', async () => {
    push(500);
    await allTold();
    expect(sorted(log.items())).toEqual(sorted(pushed));
    expect(log.calls).toBeLessThan(10);
    expect(spills()).toEqual([]);
  });

  it('goes at once when there is much of it', async () => {
    await delivery.close();
    ring = createUsageRing(PARTITIONS, 10_000);
    delivery = deliver(ring, 'boot-2', 60_000);
    push(1_000);
    await allTold();
  });

  it('is told to the last item by the close', async () => {
    push(2_500);
    await delivery.close();
    expect(sorted(log.items())).toEqual(sorted(pushed));
    expect(spills()).toEqual([]);
  });
});

describe('usage while the log is away', () => {
  it.each(['refusing', 'hanging', 'taking without a word'] as const)(
    'waits on disk while the log is %s, and counts once when it is back',
    async (state) => {
      push(10);
      await allTold();
      log.state = state;
      push(100);
      await waitFor(() => delivery.spilledBytes > 0);
      push(100);
      await waitFor(() => ring.size() === 0);
      log.state = 'there';
      push(100);
      await allTold();
      expect(sorted(log.items())).toEqual(sorted(pushed));
      await waitFor(() => delivery.spilledBytes === 0);
      // and from then on it goes the short way again
      const lines = spills().map((name) => readFileSync(join(dir, name), 'utf8'));
      expect(lines.join('')).toBe('');
      push(10);
      await allTold();
      expect(delivery.spilledBytes).toBe(0);
    },
  );

  it('stays on disk over a close, and the next process tells it under the same numbers', async () => {
    log.state = 'refusing';
    push(300);
    await delivery.close();
    expect(spills()).toEqual(['usage-boot-1.ndjson']);
    log.state = 'there';
    open('boot-2');
    push(50);
    await allTold();
    expect(sorted(log.items())).toEqual(sorted(pushed));
    expect(new Set(log.told.map((record) => batchOf(record).boot))).toEqual(new Set(['boot-1', 'boot-2']));
    await waitFor(() => spills().length === 0);
  });

  it('counts once when the process before had told a part of its file', async () => {
    log.state = 'refusing';
    push(300);
    await delivery.close();
    const file = readFileSync(join(dir, 'usage-boot-1.ndjson'), 'utf8');
    log.state = 'there';
    open('boot-2');
    await allTold();
    await delivery.close();
    writeFileSync(join(dir, 'usage-boot-1.ndjson'), file);
    open('boot-3');
    await waitFor(() => spills().length === 0);
    expect(sorted(log.items())).toEqual(sorted(pushed));
  });

  it('stays with the validator that wrote it as long as that lives, whoever starts beside', async () => {
    log.state = 'refusing';
    push(100);
    await waitFor(() => delivery.spilledBytes > 0);
    const path = join(dir, 'usage-boot-1.ndjson');
    await waitFor(() => ring.size() === 0);
    const written = readFileSync(path, 'utf8');
    expect(await toldBeside()).toEqual(['z-ended']);
    expect(spills()).toEqual(['usage-boot-1.ndjson']);
    expect(readFileSync(path, 'utf8')).toBe(written);
    log.state = 'there';
    push(100);
    await allTold();
    expect(sorted(log.items())).toEqual(sorted(pushed));
  });

  it('loses nothing and doubles nothing through a log that comes and goes', async () => {
    const random = seededRandom();
    for (let round = 0; round < 40; round += 1) {
      log.state = random.pick(['there', 'there', 'refusing', 'taking without a word']);
      push(random.integer(0, 60));
      if (random.next() < 0.5) await waitFor(() => ring.size() === 0);
      if (random.next() < 0.1) {
        await delivery.close();
        open(`boot-r${round}`);
      }
    }
    log.state = 'there';
    await waitFor(() => log.items().length === pushed.length, { timeoutMs: 20_000 });
    expect(sorted(log.items())).toEqual(sorted(pushed));
  }, 60_000);

  it('is lost before it has a number when memory and disk are full: those told have no hole', async () => {
    await delivery.close();
    const usable = dir;
    dir = join(usable, 'does-not-exist');
    log.state = 'refusing';
    open('boot-2', 20);
    push(50);
    await waitFor(() => log.calls > 1);
    push(50);
    expect(ring.lost()).toBeGreaterThan(0);
    log.state = 'there';
    await allTold();
    expect(sorted(log.items())).toEqual(sorted(pushed));
    dir = usable;
  });
});

describe('a process that is killed', () => {
  it('has lost at most what it took in within the last second, and left no hole', async () => {
    const child = spawn(
      process.execPath,
      [...RUNS_SOURCES, join(import.meta.dirname, '../../test/pushing-process.ts'), dir],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    const lines = (): [number, number][] =>
      text
        .slice(0, text.lastIndexOf('\n') + 1)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(' ').map(Number) as [number, number]);
    await waitFor(() => lines().length > 150, { timeoutMs: 30_000, describe: 'the child to push' });
    // as long as it lives its file is its own
    expect(await toldBeside()).toEqual(['z-ended']);
    expect(spills()).toEqual(['usage-child.ndjson']);
    child.kill('SIGKILL');
    const killedAt = Date.now();
    await once(child, 'close');
    const all = lines();
    const old = all.filter(([, at]) => at < killedAt - 1_000).length;
    expect(old).toBeGreaterThan(0);

    open('boot-2');
    await waitFor(() => spills().length === 0);
    const counted = log.items();
    expect(counted.length).toBeGreaterThanOrEqual(old);
    expect(new Set(counted).size).toBe(counted.length);
    // what was told are the first ones, to the last
    expect(sorted(counted)).toEqual(sorted(counted.map((_, at) => `item-${at}`)));
  }, 60_000);
});
