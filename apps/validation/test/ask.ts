import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const ROUTE = '/v1/licenses/validate';

/** One request with a body as it is; what is no JSON comes back as an empty body. */
export function send(url: string, body: string | Buffer | undefined, sent: Sent = {}): Promise<Answer> {
  const { method = 'POST', path = ROUTE, headers = {} } = sent;
  return new Promise((resolve, reject) => {
    const outgoing = request(url + path, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parse(text) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const parse = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
};

/** Asks the hot route. */
export const ask = (url: string, question: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  send(url, JSON.stringify(question), { headers: { 'content-type': 'application/json', ...headers } });

export const bearer = (key: string): { readonly authorization: string } => ({ authorization: `Bearer ${key}` });
