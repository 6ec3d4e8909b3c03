import { Agent, request } from 'undici';
import { checkUrl, type UrlPolicy } from '../addresses/check-url.js';
import { guardedLookup, type Resolve } from '../addresses/guarded-lookup.js';
import type { Answer } from './answer.js';
import { brokenAnswer } from './broken-code.js';
import { readExcerpt } from './read-excerpt.js';

/** One signed request. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Sends webhooks; never rejects. */
export interface WebhookClient {
  post(request: WebhookRequest): Promise<Answer>;
  /** Cuts off what is under way, as a fault of ours. */
  abort(): void;
  close(): Promise<void>;
}

export interface WebhookClientOptions {
  readonly policy: UrlPolicy;
  /** Of everything: look-up, connection, headers, body. */
  readonly timeoutMs: number;
  /**
   * Most connections to one origin: as many as there can be requests. Endpoints of several tenants can share an origin,
   * and a request that waited for a connection here would look like a slow receiver; what bounds them is the cap of each.
   */
  readonly connections: number;
  readonly resolve?: Resolve;
}

const MOST_ORIGINS = 4_096;

/** Opens the connections of webhooks: to addresses that were checked, over HTTP/1.1, never following a redirect. */
export function createWebhookClient(options: WebhookClientOptions): WebhookClient {
  const { policy, timeoutMs, connections, resolve } = options;
  const stopping = new AbortController();
  const agent = new Agent({
    connect: { lookup: guardedLookup(policy.guard, resolve), timeout: timeoutMs },
    connections,
    maxOrigins: MOST_ORIGINS,
    allowH2: false,
    pipelining: 1,
    // shorter than servers usually keep an idle connection; what they say of it themselves goes first
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 60_000,
    maxHeaderSize: 16 * 1024,
    // the deadline below is over everything
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const post = async ({ url: text, headers, body }: WebhookRequest): Promise<Answer> => {
    // again: the settings may have become stricter since the endpoint was created
    const checked = checkUrl(text, policy);
    if ('refused' in checked) return { kind: 'broken', error: 'url_refused' };
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    let statusCode: number | undefined;
    try {
      const answer = await request(checked.url, {
        dispatcher: agent,
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.any([deadline.signal, stopping.signal]),
      });
      statusCode = answer.statusCode;
      const excerpt = await readExcerpt(answer.body, oneOf(answer.headers['content-encoding']));
      return { kind: 'answered', statusCode, retryAfter: oneOf(answer.headers['retry-after']), excerpt };
    } catch (error) {
      if (stopping.signal.aborted) return { kind: 'own_fault', cause: error };
      const broken: Answer = deadline.signal.aborted ? { kind: 'broken', error: 'timeout' } : brokenAnswer(error);
      return broken.kind === 'broken' && statusCode !== undefined ? { ...broken, statusCode } : broken;
    } finally {
      clearTimeout(timer);
    }
  };
  return { post, abort: () => stopping.abort(), close: () => agent.destroy() };
}

const oneOf = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;
