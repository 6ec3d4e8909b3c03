import { problemBody } from '../http/problem.js';
import { ProblemError } from '../http/problem-error.js';
import type { Front } from './http-front.js';

/** Answers while the services start: the process lives, and everything else is for later. */
export const startingFront: Front = {
  handler: (request, response) => {
    const isProbe = request.url === '/livez';
    const place = { publicUrl: '', instance: request.url ?? '', requestId: '' };
    const body = isProbe ? { status: 'ok' } : problemBody(new ProblemError('service_unavailable'), place);
    response.writeHead(isProbe ? 200 : 503, {
      'Content-Type': isProbe ? 'application/json' : 'application/problem+json',
      'Retry-After': '1',
      Connection: 'close',
    });
    response.end(JSON.stringify(body));
  },
  onUnreadable: (_error, socket) => socket.destroy(),
};
