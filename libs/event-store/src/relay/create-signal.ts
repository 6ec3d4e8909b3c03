export interface Signal {
  /** Ends the wait under way, or the next one at once. */
  notify(): void;
  /** Resolves when notified, at the latest after the time. One waiter at a time. */
  wait(timeoutMs: number): Promise<void>;
}

export function createSignal(): Signal {
  let notified = false;
  let wake: (() => void) | undefined;
  return {
    notify() {
      notified = true;
      wake?.();
    },
    async wait(timeoutMs) {
      if (!notified) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
      notified = false;
    },
  };
}
