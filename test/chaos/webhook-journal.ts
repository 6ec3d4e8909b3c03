import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What a subscriber that outlives all kills has been told. */
export interface WebhookJournal {
  readonly url: string;
  /** Body of each event by its id, with how often it came. */
  readonly events: ReadonlyMap<string, { readonly body: string; readonly times: number }>;
  /** Ids under which two different bodies came. */
  readonly contradictions: readonly string[];
  close(): Promise<void>;
}

/** Answers 500 to the first attempt of one event in so many. */
const FAILS_ONE_IN = 40;

export async function openWebhookJournal(): Promise<WebhookJournal> {
  const events = new Map<string, { body: string; times: number }>();
  const contradictions: string[] = [];
  const failed = new Set<string>();
  let seen = 0;
  const take = (id: string, body: string): number => {
    if (!events.has(id) && !failed.has(id) && ++seen % FAILS_ONE_IN === 0) {
      failed.add(id);
      return 500;
    }
    const known = events.get(id);
    if (known !== undefined && known.body !== body) contradictions.push(id);
    events.set(id, { body, times: (known?.times ?? 0) + 1 });
    return 204;
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    // a request that its sender did not finish was no delivery
    request.on('end', () => {
      const status = take(String(request.headers['webhook-id']), Buffer.concat(chunks).toString('utf8'));
      response.writeHead(status).end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    events,
    contradictions,
    close: async () => {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
}
