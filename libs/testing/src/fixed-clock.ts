/** A clock that stands still until it is told to move. Callable, so that it passes for any `() => Date`. */
export interface FixedClock {
  (): Date;
  /** Moves the clock by this many milliseconds. */
  advance(ms: number): void;
  /** Sets the clock. */
  set(time: Date | string): void;
}

/** @example const clock = fixedClock('2026-01-01T00:00:00Z'); clock.advance(1_000); */
export function fixedClock(start: Date | string = '2026-01-01T00:00:00Z'): FixedClock {
  let now = new Date(start).getTime();
  return Object.assign(() => new Date(now), {
    advance: (ms: number) => {
      now += ms;
    },
    set: (time: Date | string) => {
      now = new Date(time).getTime();
    },
  });
}
