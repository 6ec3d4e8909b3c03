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

/** Which member a partition is due to: round robin over the readers of its topic, the same answer for all who ask. */
const dueMembers = (view: GroupView): ReadonlyMap<string, string> => {
  const members = [...view.members].sort((a, b) => byText(a.member, b.member));
  const partitions = [...view.partitions].sort((a, b) => a.partition - b.partition || byText(a.topic, b.topic));
  const due = new Map<string, string>();
  for (const [index, id] of partitions.entries()) {
    const readers = members.filter(({ topics }) => topics.includes(id.topic));
    const reader = readers[index % readers.length];
    if (reader !== undefined) due.set(partitionKey(id), reader.member);
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
