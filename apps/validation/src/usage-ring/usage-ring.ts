/** Consecutive items of one partition, as they go to the log: `first`, `first + 1`, … */
export interface NumberedItems {
  readonly partition: number;
  readonly first: number;
  /** JSON texts. */
  readonly items: readonly string[];
}

/** What waits in memory to be told to the log. Bounded; items of a partition are numbered from 1 on, without holes. */
export interface UsageRing {
  /**
   * Takes an item and answers its number; 0 when the ring is full: the item is lost, counted as lost, and gets no
   * number, so that those behind it leave no hole.
   */
  push(partition: number, item: string): number;
  /** Number of the first item of the partition that has not been taken: items from it on will be told together. */
  openFrom(partition: number): number;
  /** Takes out all items, in pieces of at most `most`. */
  take(most: number): NumberedItems[];
  size(): number;
  lost(): number;
}

interface Lane {
  first: number;
  items: string[];
}

export function createUsageRing(partitions: number, capacity: number): UsageRing {
  const lanes: readonly Lane[] = Array.from({ length: partitions }, () => ({ first: 1, items: [] }));
  let size = 0;
  let lost = 0;

  const laneOf = (partition: number): Lane => {
    const lane = lanes[partition];
    if (lane === undefined) throw new RangeError(`There is no partition ${partition}.`);
    return lane;
  };

  return {
    push(partition, item) {
      if (size >= capacity) {
        lost += 1;
        return 0;
      }
      const lane = laneOf(partition);
      size += 1;
      return lane.first + lane.items.push(item) - 1;
    },
    openFrom: (partition) => laneOf(partition).first,
    take(most) {
      const taken: NumberedItems[] = [];
      for (const [partition, lane] of lanes.entries()) {
        for (let at = 0; at < lane.items.length; at += most) {
          const items = lane.items.length <= most ? lane.items : lane.items.slice(at, at + most);
          taken.push({ partition, first: lane.first + at, items });
        }
        lane.first += lane.items.length;
        lane.items = [];
      }
      size = 0;
      return taken;
    },
    size: () => size,
    lost: () => lost,
  };
}
