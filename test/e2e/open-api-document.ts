import type { ApiClient } from './api-client.js';

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, ResponseDescription>>;
}

interface ResponseDescription {
  readonly content?: Readonly<Record<string, { readonly schema: unknown }>>;
  readonly headers?: Readonly<Record<string, unknown>>;
}

export interface OpenApiText {
  readonly document: Readonly<Record<string, unknown>>;
  readonly operations: readonly Operation[];
}

/** What the platform says about itself. */
export async function fetchOpenApi(api: ApiClient): Promise<OpenApiText> {
  const document = await api.must<{ readonly paths: Record<string, Record<string, object>> }>(
    200,
    'GET',
    '/openapi.json',
  );
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      security: [],
      parameters: [],
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  ) as unknown as Operation[];
  return { document: { ...document }, operations };
}
