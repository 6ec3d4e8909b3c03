import type { PartitionId } from '../engine/log-store.js';

/** Partitions as two arrays for `unnest`. */
export const columnsOf = (ids: readonly PartitionId[]): readonly [readonly string[], readonly number[]] => [
  ids.map(({ topic }) => topic),
  ids.map(({ partition }) => partition),
];
