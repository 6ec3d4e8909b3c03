import { assignPartitions, type GroupView } from '../engine/assign-partitions.js';
import { type Lease, type LogStore, type Membership, type PartitionId, partitionKey } from '../engine/log-store.js';

interface Group {
  epoch: number;
  readonly members: Map<string, Membership>;
  readonly leases: Map<string, Lease & { readonly member: string | null }>;
  readonly reached: Map<string, PartitionId & { readonly nextOffset: number }>;
}

export interface MemoryGroups extends Pick<
  LogStore,
  'join' | 'heartbeat' | 'assign' | 'release' | 'leave' | 'reached' | 'groupOffsets'
> {
  epochs(): number;
  /** Drops all members of a group as if their time had run out: for tests of what a member does then. */
  expireMembers(group: string): void;
}

const free = (group: Group, member: string, keys: Iterable<string>): void => {
  for (const key of keys) {
    const lease = group.leases.get(key);
    if (lease?.member === member) group.leases.set(key, { ...lease, member: null });
  }
};

const enter = (group: Group, membership: Membership): void => {
  for (const { member, instance, boot } of group.members.values()) {
    if (instance === membership.instance && boot !== membership.boot) group.members.delete(member);
  }
  // what the member held before its time ran out is free again, for whoever it is due to
  free(group, membership.member, [...group.leases.keys()]);
  group.members.set(membership.member, membership);
};

const viewOf = (group: Group, partitions: readonly PartitionId[]): GroupView => {
  const members = [...group.members.values()];
  const isRead = ({ topic }: PartitionId): boolean => members.some(({ topics }) => topics.includes(topic));
  return { members, partitions: partitions.filter(isRead), leases: [...group.leases.values()] };
};

/** Members, leases and reached offsets of the in-memory log. */
export const createMemoryGroups = (partitions: () => readonly PartitionId[]): MemoryGroups => {
  const groups = new Map<string, Group>();
  const groupOf = (name: string): Group => {
    const group = groups.get(name) ?? { epoch: 0, members: new Map(), leases: new Map(), reached: new Map() };
    groups.set(name, group);
    return group;
  };
  const change = (name: string, work: (group: Group) => void): void => {
    const group = groupOf(name);
    work(group);
    group.epoch += 1;
  };
  return {
    join: async (membership) => change(membership.group, (group) => enter(group, membership)),
    heartbeat: async (asked) => asked.filter((id) => [...groups.values()].some(({ members }) => members.has(id))),
    assign: async (name, member) => {
      const group = groupOf(name);
      const { claimed, ...assignment } = assignPartitions(viewOf(group, partitions()), member);
      for (const lease of claimed) group.leases.set(partitionKey(lease), { ...lease, member });
      return assignment;
    },
    release: async (name, member, ids) => change(name, (group) => free(group, member, ids.map(partitionKey))),
    leave: async (name, member) => change(name, ({ members }) => members.delete(member)),
    reached: async (name, offsets) => {
      const group = groupOf(name);
      for (const { topic, partition, fence, nextOffset } of offsets) {
        const key = partitionKey({ topic, partition });
        if (group.leases.get(key)?.fence === fence) group.reached.set(key, { topic, partition, nextOffset });
      }
    },
    groupOffsets: async (name) => [...groupOf(name).reached.values()],
    epochs: () => [...groups.values()].reduce((sum, { epoch }) => sum + epoch, 0),
    expireMembers: (name) => change(name, ({ members }) => members.clear()),
  };
};
