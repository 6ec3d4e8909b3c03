import type { PartitionLag, Topic } from '../event-log.js';
import { type LogStore, partitionKey, partitionsOf } from './log-store.js';

/** How far `group` is behind the ends, as the log was last told. */
export const groupLag = async (
  store: Pick<LogStore, 'ends' | 'groupOffsets'>,
  group: string,
  topics: readonly Topic[],
): Promise<readonly PartitionLag[]> => {
  const [ends, reached] = await Promise.all([store.ends(), store.groupOffsets(group)]);
  const endOf = new Map(ends.map((end) => [partitionKey(end), end.endOffset]));
  const nextOf = new Map(reached.map((offset) => [partitionKey(offset), offset.nextOffset]));
  return partitionsOf(topics).map((id) => {
    const endOffset = endOf.get(partitionKey(id)) ?? 0;
    const nextOffset = nextOf.get(partitionKey(id)) ?? 0;
    return { ...id, endOffset, nextOffset, lag: Math.max(0, endOffset - nextOffset) };
  });
};
