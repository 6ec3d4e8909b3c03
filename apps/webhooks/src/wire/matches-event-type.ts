/** Whether an endpoint's patterns (`license.issued`, `license.*`, `*`) take events of this type. */
export const matchesEventType = (patterns: readonly string[], type: string): boolean =>
  patterns.some(
    (pattern) =>
      pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))),
  );
