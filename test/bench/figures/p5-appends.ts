import { randomUUID } from 'node:crypto';
import { compare, comparisonText } from '../compare.js';
import type { Figure } from '../figure.js';
import { spreadText } from '../statistics.js';
import { appendAtOnce, DATA, METADATA, openStoreStage, type StoreStage } from './store-stage.js';

const IN_FLIGHT = 256;
const BAR = 15;

export const p5: Figure = {
  id: 'P5',
  what: `durable appends a second to the event store, each expecting a version, ${IN_FLIGHT} in flight`,
  yardstick: 'single rows a second into a like table, each committed before the next',
  bar: `≥ ${BAR} ×`,
  async measure(effort) {
    const stage = await openStoreStage(effort);
    try {
      await stage.asOwner(
        `create table like_events (like events including all); grant insert on like_events to public`,
      );
      let stored = 0;
      const comparison = await compare(
        {
          run: async (ms) => {
            const count = await appendAtOnce(stage.store, IN_FLIGHT, ms);
            stored += count;
            return count;
          },
        },
        { run: (ms) => commitSingly(stage, ms) },
        effort,
      );
      const { rows } = await stage.pool.query<{ count: string; last: string }>(
        'select count(*), max(position) as last from events',
      );
      const [row] = rows;
      if (Number(row?.count) !== stored || Number(row?.last) !== stored) {
        throw new Error(`${row?.count} events up to ${row?.last} for ${stored} appends`);
      }
      return {
        figure: `${spreadText(comparison.ratio)} ×`,
        detail: `sequential single-row commits; ${comparisonText(comparison)}; ${stored.toLocaleString('en-US')} acknowledged, all stored`,
        meetsBar: comparison.ratio.median >= BAR,
      };
    } finally {
      await stage.close();
    }
  },
};

let position = 0;

async function commitSingly({ pool }: StoreStage, durationMs: number): Promise<number> {
  const client = await pool.connect();
  const until = performance.now() + durationMs;
  let stored = 0;
  try {
    while (performance.now() < until) {
      await client.query({
        name: 'single',
        text: 'insert into like_events values ($1, 1, $2, 1, $3, 1, $4, $5, $6, $7, $8)',
        values: [++position, randomUUID(), 'LicenseIssued', 'ten_1', randomUUID(), DATA, METADATA, new Date()],
      });
      stored++;
    }
  } finally {
    client.release();
  }
  return stored;
}
