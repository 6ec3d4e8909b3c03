import { type Assignment, type Lease, type PartitionId, partitionKey } from './log-store.js';

export interface GroupView {
  /** Members whose time has not run out. */
  readonly members: readonly { readonly member: string; readonly topics: readonly string[] }[];
  /** All partitions of all topics that any member reads. */
  readonly partitions: readonly PartitionId[];
  /** Known leases; `member` is `null` after a release. */
  readonly leases: readonly (Lease & { readonly member: string | null })[];
}

export interface AssignmentPlan extends Assignment {
  /** The part of `owned` that the member takes now, under new fences: to be stored. */
  readonly claimed: readonly Lease[];
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Which member each partition is due to: the reader of its topic that has got the fewest so far. The same answer for
 * all who ask, as it depends on nothing but who is there.
 */
const dueMembers = (view: GroupView): ReadonlyMap<string, string> => {
  const loads = [...view.members]
    .sort((a, b) => byText(a.member, b.member))
    .map(({ member, topics }) => ({ member, topics: new Set(topics), count: 0 }));
  const partitions = [...view.partitions].sort((a, b) => byText(a.topic, b.topic) || a.partition - b.partition);
  const due = new Map<string, string>();
  for (const id of partitions) {
    const readers = loads.filter(({ topics }) => topics.has(id.topic));
    const [first, ...others] = readers;
    if (first === undefined) continue;
    const reader = others.reduce((least, other) => (other.count < least.count ? other : least), first);
    reader.count += 1;
    due.set(partitionKey(id), reader.member);
  }
  return due;
};

/**
 * What `member` owns, takes and has to give back. A partition changes hands only when it is free, released or its
 * owner is gone, so that two living members never hold the same one.
 */
export const assignPartitions = (view: GroupView, member: string): AssignmentPlan => {
  if (!view.members.some((known) => known.member === member)) {
    return { expelled: true, owned: [], revoked: [], claimed: [] };
  }
  const alive = new Set(view.members.map((known) => known.member));
  const leases = new Map(view.leases.map((lease) => [partitionKey(lease), lease]));
  const due = dueMembers(view);
  const kept: Lease[] = [];
  const claimed: Lease[] = [];
  const revoked: Lease[] = [];
  for (const { topic, partition } of view.partitions) {
    const key = partitionKey({ topic, partition });
    const lease = leases.get(key);
    const isDue = due.get(key) === member;
    if (lease?.member === member) {
      (isDue ? kept : revoked).push({ topic, partition, fence: lease.fence });
    } else if (isDue && (lease?.member == null || !alive.has(lease.member))) {
      claimed.push({ topic, partition, fence: (lease?.fence ?? 0) + 1 });
    }
  }
  return { expelled: false, owned: [...kept, ...claimed], revoked, claimed };
};
