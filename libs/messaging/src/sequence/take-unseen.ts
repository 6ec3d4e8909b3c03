import type { ClientBase } from 'pg';

/** Items of one producer's boot, numbered `first`, `first + 1`, … without holes. */
export interface NumberedItems<Item> {
  readonly boot: string;
  readonly first: number;
  readonly items: readonly Item[];
}

/** What was new, by boot and in order; `acked` is the number of the last item each boot has counted now. */
export interface Unseen<Item> {
  readonly items: readonly Item[];
  readonly acked: ReadonlyMap<string, number>;
  /** Numbers that were never delivered: something upstream lost them. */
  readonly missing: number;
}

const SEEN = `SELECT boot, acked FROM producer_sequence WHERE partition = $1 AND boot = ANY ($2::text[]) FOR UPDATE`;
const UPSERT = `
  INSERT INTO producer_sequence (boot, partition, acked)
  SELECT boot, $1, acked FROM unnest($2::text[], $3::bigint[]) AS s (boot, acked)
  ON CONFLICT (boot, partition) DO UPDATE SET acked = excluded.acked, seen_at = now()`;

/**
 * Sifts the items of a partition for those that have not been counted yet, and marks them as counted in the same
 * transaction. This catches what an offset fence cannot: a producer that published a batch twice, from its memory and
 * from its spill file, or cut otherwise the second time.
 */
export async function takeUnseen<Item>(
  transaction: ClientBase,
  partition: number,
  batches: readonly NumberedItems<Item>[],
): Promise<Unseen<Item>> {
  if (batches.length === 0) return { items: [], acked: new Map(), missing: 0 };
  const boots = [...new Set(batches.map((batch) => batch.boot))].sort();
  const { rows } = await transaction.query<{ boot: string; acked: string }>(SEEN, [partition, boots]);
  const before = new Map(rows.map((row) => [row.boot, Number(row.acked)]));
  const unseen = siftUnseen(before, batches);
  await transaction.query(UPSERT, [partition, [...unseen.acked.keys()], [...unseen.acked.values()]]);
  return unseen;
}

/** The sifting itself, without a database. Numbers begin at 1: a boot that was never seen has counted up to 0. */
export function siftUnseen<Item>(
  before: ReadonlyMap<string, number>,
  batches: readonly NumberedItems<Item>[],
): Unseen<Item> {
  const acked = new Map<string, number>();
  const items: Item[] = [];
  let missing = 0;
  for (const batch of batches) {
    const last = acked.get(batch.boot) ?? before.get(batch.boot) ?? 0;
    missing += Math.max(0, batch.first - (last + 1));
    const skip = Math.max(0, last + 1 - batch.first);
    for (const item of batch.items.slice(skip)) items.push(item);
    acked.set(batch.boot, Math.max(last, batch.first + batch.items.length - 1));
  }
  return { items, acked, missing };
}
