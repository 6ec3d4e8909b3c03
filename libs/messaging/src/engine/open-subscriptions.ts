import type { Subscription } from '../event-log.js';

export interface OpenSubscriptions {
  /** Different for each call. */
  nextNumber(): number;
  /** The same subscription, known here until it is closed; `forget` gets it when it is. */
  track<S extends Subscription>(subscription: S, forget: (subscription: S) => void): S;
  closeAll(): Promise<void>;
}

/** What has to be closed before the log is. Closing twice is closing once. */
export const createOpenSubscriptions = (): OpenSubscriptions => {
  const open = new Set<Subscription>();
  let count = 0;
  return {
    nextNumber: () => (count += 1),
    track: (subscription, forget) => {
      let closed: Promise<void> | undefined;
      const close = async (): Promise<void> => {
        await subscription.close();
        forget(subscription);
        open.delete(entry);
      };
      const entry = { ...subscription, close: () => (closed ??= close()) };
      open.add(entry);
      return entry;
    },
    closeAll: async () => {
      await Promise.all([...open].map((subscription) => subscription.close()));
    },
  };
};
