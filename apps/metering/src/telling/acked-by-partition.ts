import type { ClientBase } from 'pg';

/** A boot that has told nothing for a day is over: no validator waits to hear of it. Its row stays, to dedupe by. */
const ACKED = `
  SELECT partition, json_object_agg(boot, acked) AS acked FROM producer_sequence
  WHERE partition = ANY ($1::int[]) AND seen_at > now() - interval '1 day' GROUP BY partition`;

export type AckedByBoot = Readonly<Record<string, number>>;

/** The number of the last item counted of each boot, by partition. */
export async function ackedByPartition(
  transaction: ClientBase,
  partitions: readonly number[],
): Promise<ReadonlyMap<number, AckedByBoot>> {
  const { rows } = await transaction.query<{ partition: number; acked: AckedByBoot }>({
    name: 'acked-by-partition',
    text: ACKED,
    values: [partitions],
  });
  return new Map(rows.map(({ partition, acked }): [number, AckedByBoot] => [partition, acked]));
}
