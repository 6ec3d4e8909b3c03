import type { IncomingMessage, ServerResponse } from 'node:http';

/** Long enough for a client to read the answer and hang up. */
const LINGER_MS = 1_000;
/** What a client that reads only when it has sent everything may still send. */
const MOST_DISCARDED_BYTES = 1_048_576;

/**
 * Ends an answer that is given while its request is still being sent, and with it the connection. The answer must be
 * written and say `Connection: close`. What comes meanwhile is let go by for a moment: a connection that is closed on
 * unread bytes is reset, and the answer may be lost with it (RFC 9112, 9.6).
 */
export function endEarly(request: IncomingMessage, response: ServerResponse): void {
  const timer = setTimeout(end, LINGER_MS);
  let discarded = 0;
  request.on('data', ({ length }: Buffer) => {
    discarded += length;
    if (discarded > MOST_DISCARDED_BYTES) end();
  });
  request.once('end', end);
  response.once('close', () => clearTimeout(timer));

  function end(): void {
    clearTimeout(timer);
    response.end();
  }
}
