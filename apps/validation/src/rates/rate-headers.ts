/** Headers as Node takes them: names and values in turn. */
type HeaderList = readonly string[];

/** What is said to a caller who is refused. A browser shows its page no header that is not named. */
export const retryHeaders = (retryAfterMs: number): HeaderList => [
  'Retry-After',
  String(Math.ceil(retryAfterMs / 1_000)),
  'Access-Control-Expose-Headers',
  'Retry-After',
];

/** What is said to a caller who was held. */
export const holdHeaders = (holdMs: number): HeaderList => ['Server-Timing', `throttle;dur=${Math.round(holdMs)}`];

export function recordOf(list: HeaderList): Record<string, string> {
  const record: Record<string, string> = {};
  for (let at = 0; at + 1 < list.length; at += 2) record[list[at] ?? ''] = list[at + 1] ?? '';
  return record;
}
