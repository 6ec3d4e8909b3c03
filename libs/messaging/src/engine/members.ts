import type { GroupMember } from './group-member.js';
import type { LogStore } from './log-store.js';

export interface Members {
  add(member: GroupMember): void;
  remove(member: GroupMember): void;
  /** Tells the log that all members of this process are alive, and each what the log answered. */
  heartbeat(): Promise<void>;
}

/** The group members of a process: one heartbeat for all of them. */
export const createMembers = (store: Pick<LogStore, 'heartbeat'>): Members => {
  const members = new Set<GroupMember>();
  return {
    add: (member) => members.add(member),
    remove: (member) => members.delete(member),
    heartbeat: async () => {
      if (members.size === 0) return;
      const asked = [...members];
      const alive = new Set(await store.heartbeat(asked.map(({ id }) => id)));
      for (const member of asked) member.heard(alive.has(member.id));
    },
  };
};
