/** Thrown by a batch handler that must not be tried again: the subscription ends and reports it by `onFatal`. */
export class FatalConsumerError extends Error {
  override readonly name = 'FatalConsumerError';
}
