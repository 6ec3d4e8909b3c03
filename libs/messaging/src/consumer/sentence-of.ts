/** What went wrong in words, also for the plain objects that an RPC filter makes of errors. */
export const sentenceOf = (error: unknown): string => {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
};
