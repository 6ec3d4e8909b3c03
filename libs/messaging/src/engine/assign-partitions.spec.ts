import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assignPartitions, type GroupView } from './assign-partitions.js';
import { partitionKey, type PartitionId } from './log-store.js';

const partitions = (topic: string, count: number): PartitionId[] =>
  Array.from({ length: count }, (_, partition) => ({ topic, partition }));
const reading = (member: string, ...topics: string[]) => ({ member, topics });

/** The leases of a group, changed as a driver changes them. */
const group = (all: readonly PartitionId[]) => {
  const leases = new Map<string, GroupView['leases'][number]>();
  let members: GroupView['members'] = [];
  const view = (): GroupView => ({ members, partitions: all, leases: [...leases.values()] });
  return {
    setMembers: (next: GroupView['members']) => (members = next),
    /** A member looks, takes and at once gives back what it has to. */
    turn: (member: string) => {
      const plan = assignPartitions(view(), member);
      for (const lease of plan.claimed) leases.set(partitionKey(lease), { ...lease, member });
      for (const lease of plan.revoked) leases.set(partitionKey(lease), { ...lease, member: null });
      return plan;
    },
    owned: () => [...leases.values()].filter(({ member }) => members.some((known) => known.member === member)),
    fenceOf: (id: PartitionId) => leases.get(partitionKey(id))?.fence ?? 0,
  };
};

describe('assigning partitions', () => {
  it('gives a lone member everything, under fence 1', () => {
    const view = { members: [reading('a', 't')], partitions: partitions('t', 3), leases: [] };
    const plan = assignPartitions(view, 'a');
    expect(plan.owned).toEqual(partitions('t', 3).map((id) => ({ ...id, fence: 1 })));
    expect(plan.claimed).toEqual(plan.owned);
  });

  it('expels who is not known', () => {
    const view = { members: [reading('a', 't')], partitions: partitions('t', 1), leases: [] };
    expect(assignPartitions(view, 'b')).toEqual({ expelled: true, owned: [], revoked: [], claimed: [] });
  });

  it('never takes what a living member holds, but asks the holder to give it back', () => {
    const lease = { topic: 't', partition: 1, fence: 4, member: 'a' };
    const view = { members: [reading('a', 't'), reading('b', 't')], partitions: partitions('t', 2), leases: [lease] };
    expect(assignPartitions(view, 'b').claimed).toEqual([]);
    expect(assignPartitions(view, 'a').revoked).toEqual([{ topic: 't', partition: 1, fence: 4 }]);
  });

  it('takes what a dead member held, under a new fence', () => {
    const lease = { topic: 't', partition: 0, fence: 4, member: 'dead' };
    const view = { members: [reading('a', 't')], partitions: partitions('t', 1), leases: [lease] };
    expect(assignPartitions(view, 'a').claimed).toEqual([{ topic: 't', partition: 0, fence: 5 }]);
  });

  it('gives a topic only to members that read it, as in a rolling update', () => {
    const all = [...partitions('old', 4), ...partitions('new', 2)];
    const view = { members: [reading('a', 'old'), reading('b', 'old', 'new')], partitions: all, leases: [] };
    const topics = (member: string) => new Set(assignPartitions(view, member).owned.map(({ topic }) => topic));
    expect(topics('a')).toEqual(new Set(['old']));
    expect(topics('b')).toEqual(new Set(['old', 'new']));
  });

  it('shares evenly: no member has two more than another', () => {
    const members = ['a', 'b', 'c', 'd', 'e'].map((member) => reading(member, 't'));
    const view = { members, partitions: partitions('t', 12), leases: [] };
    const counts = members.map(({ member }) => assignPartitions(view, member).owned.length);
    expect(counts.sort()).toEqual([2, 2, 2, 3, 3]);
  });

  it('settles for any sequence of members: all partitions owned once, and fences only grow', () => {
    const names = ['a', 'b', 'c', 'd'];
    const present = fc.subarray(names, { minLength: 1 });
    fc.assert(
      fc.property(
        fc.array(present, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 13 }),
        (history, count) => {
          const all = partitions('t', count);
          const leases = group(all);
          let fences = all.map(() => 0);
          for (const members of history) {
            leases.setMembers(members.map((member) => reading(member, 't')));
            for (let round = 0; round < 2; round++) for (const member of members) leases.turn(member);
            expect(leases.owned().map(partitionKey).sort()).toEqual(all.map(partitionKey).sort());
            const next = all.map(leases.fenceOf);
            expect(next.every((fence, n) => fence >= (fences[n] ?? 0))).toBe(true);
            fences = next;
          }
        },
      ),
    );
  });
});
