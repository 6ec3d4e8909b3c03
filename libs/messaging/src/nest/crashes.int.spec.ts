import { describe, expect, it } from '@jest/globals';
import { seededRandom, waitFor } from '@leasehold/testing';
import { consumerDatabase, GROUP, TOPIC } from '../../test/consumer-database.js';
import { type OnBatch, writeEffects } from '../../test/consuming-service.js';
import { runningServices } from '../../test/running-services.js';
import { listParked } from '../consumer/parked-records.js';
import type { NewRecord } from '../event-log.js';

describe('crashes', () => {
  const database = consumerDatabase();
  const running = runningServices(database);
  const { serve, publish, effectsAre } = running;

  const killOwnConnection: OnBatch = async (_batch, { transaction }) => {
    await transaction.query('SELECT pg_terminate_backend(pg_backend_pid())');
  };

  it('lose nothing and count nothing twice when a handler is killed in its transaction', async () => {
    let kills = 3;
    await serve(async (batch, context) => {
      await writeEffects(batch, context);
      if (kills-- > 0) await killOwnConnection(batch, context);
    });
    await publish('a:1', 'a:2');
    await effectsAre(['a:1', 'a:2']);
    expect(await listParked(database.pool, { group: GROUP })).toEqual([]);
  });

  it('of a lease count nothing twice: the heir waits for the zombie and then finds its work done', async () => {
    let finish = (): void => undefined;
    const mayEnd = new Promise<void>((resolve) => (finish = resolve));
    let started = false;
    const deaf = running.logOf('zombie', 3_600_000); // it does not hear that it has lost its lease
    await serve(
      async (batch, context) => {
        await writeEffects(batch, context);
        started = true;
        await mayEnd;
      },
      {},
      deaf,
    );
    await publish('a:1', 'a:2');
    await waitFor(() => started);
    await database.pool.query(`UPDATE event_log.log_member SET expires_at = '-infinity' WHERE instance = 'zombie'`);
    const handled: number[] = [];
    await serve(writeEffects, { handled: ({ records }) => handled.push(records) }, running.logOf('heir'));
    await waitFor(async () => {
      const { rowCount } = await database.pool.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
           AND query LIKE 'INSERT INTO consumer_offset%'`,
      );
      return rowCount === 1;
    });
    finish();
    await waitFor(() => handled.length === 1);
    expect(handled).toEqual([0]);
    expect(await database.effects()).toEqual(['a:1', 'a:2']);
    await publish('a:3');
    await effectsAre(['a:1', 'a:2', 'a:3']);
  });

  it('of two services in one group leave each record counted exactly once, in order of its key', async () => {
    const random = seededRandom();
    const total = 400;
    let zombies = 0;
    const crashing =
      (instance: string): OnBatch =>
      async (batch, context) => {
        await writeEffects(batch, context);
        const chance = random.next();
        if (chance > 0.9) {
          // its lease runs out while it works, another member takes over, and only then it commits
          zombies += 1;
          await database.pool.query(`UPDATE event_log.log_member SET expires_at = '-infinity' WHERE instance = $1`, [
            instance,
          ]);
          await waitFor(() => context.isStale());
        }
        if (chance < 0.1) await killOwnConnection(batch, context);
        if (chance < 0.2) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      };
    const start = async (instance: string) => {
      const own = running.logOf(instance);
      const service = await serve(crashing(instance), {}, own);
      return { instance, service };
    };
    const members = [await start('one'), await start('two')];
    for (let n = 0; n < total; n += 10) {
      const records = Array.from({ length: 10 }, (_, k): NewRecord => {
        const partition = random.integer(0, TOPIC.partitions - 1);
        return {
          topic: TOPIC.name,
          partition,
          key: String(partition),
          headers: {},
          value: Buffer.from(`${partition}:${n + k}`),
        };
      });
      await running.log.publish(records);
      if (random.next() < 0.15) {
        const at = random.integer(0, 1);
        const gone = members[at];
        await gone?.service.close();
        members[at] = await start(`${gone?.instance ?? ''}+`);
      }
    }
    await waitFor(async () => (await database.effects()).length >= total, { timeoutMs: 60_000 });
    await Promise.all(members.map(({ service }) => service.close()));
    expect(zombies).toBeGreaterThan(0);
    const effects = await database.effects();
    expect(new Set(effects).size).toBe(total);
    expect(effects).toHaveLength(total);
    for (let partition = 0; partition < TOPIC.partitions; partition++) {
      const numbers = effects
        .filter((label) => label.startsWith(`${partition}:`))
        .map((label) => Number(label.slice(2)));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
    expect(await listParked(database.pool, { group: GROUP })).toEqual([]);
  }, 90_000);
});
