/** The process cannot start; `message` is one sentence for the operator, printed without a stack trace. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}
