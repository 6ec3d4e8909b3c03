/** An instant as RFC 3339 in UTC, with milliseconds. */
export type TimeText = (instant: number) => string;

const MOST_SECONDS = 1_000;
const MILLISECONDS: readonly string[] = Array.from({ length: 1_000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);

/** Formats by second and adds the milliseconds: the same few seconds are asked for again and again. */
export function createTimeText(): TimeText {
  const seconds = new Map<number, string>();
  return (instant) => {
    const ms = ((instant % 1_000) + 1_000) % 1_000;
    const second = instant - ms;
    let text = seconds.get(second);
    if (text === undefined) {
      text = new Date(second).toISOString().slice(0, -4);
      if (seconds.size >= MOST_SECONDS) seconds.clear();
      seconds.set(second, text);
    }
    return text + (MILLISECONDS[ms] ?? '');
  };
}
