/** An answer, its body parsed where it is JSON. */
export interface ApiAnswer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export interface ApiClient {
  readonly url: string;
  get<Body = unknown>(path: string, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer<Body>>;
  post<Body = unknown>(
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer<Body>>;
  send<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer<Body>>;
  /** Sends and demands this status; answers the body alone. */
  must<Body>(status: number, method: string, path: string, body?: unknown): Promise<Body>;
  /** The same server, another key. */
  as(key: string | undefined): ApiClient;
}

/** Speaks HTTP as any client would. `key` stays out where there is none. */
export function apiClient(url: string, key?: string): ApiClient {
  const send = async <Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiAnswer<Body>> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson ? JSON.parse(text) : undefined) as Body,
    };
  };
  return {
    url,
    send,
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body = {}, headers = {}) => send('POST', path, body, headers),
    must: async <Body>(status: number, method: string, path: string, body?: unknown) => {
      const answer = await send<Body>(method, path, body);
      if (answer.status !== status) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
      return answer.body;
    },
    as: (other) => apiClient(url, other),
  };
}
