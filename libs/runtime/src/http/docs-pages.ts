import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ERRORS } from '@leasehold/contracts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { htmlOfPage } from './html-of-page.js';
import type { OpenApiDocument } from './open-api.js';
import { ProblemError } from './problem-error.js';

export interface DocsOptions {
  /** Asked once, on the first request. */
  readonly document: () => OpenApiDocument;
}

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};
const assetsFolder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
/** A page `<code>.md` for each error code. */
const errorPagesFolder = fileURLToPath(new URL('../../../../docs/errors', import.meta.url));

/** Nothing is loaded from elsewhere; Swagger UI writes style attributes and shows images from data. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Leasehold API</title>
    <link rel="icon" href="docs/assets/favicon-32x32.png">
    <link rel="stylesheet" href="docs/assets/swagger-ui.css">
  </head>
  <body>
    <div id="api"></div>
    <script src="docs/assets/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#api',
  deepLinking: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

/**
 * Serves `/openapi.json`, the API's documentation at `/docs` and a page for each error code at `/docs/errors/<code>`,
 * all from this machine.
 */
export const registerDocs = (fastify: FastifyInstance, { document }: DocsOptions): void => {
  let text: string | undefined;
  fastify.get('/openapi.json', (_request, reply) =>
    send(reply, 'application/json; charset=utf-8', (text ??= JSON.stringify(document()))),
  );
  fastify.get('/docs', (_request, reply) => send(reply, 'text/html; charset=utf-8', PAGE));
  fastify.get('/docs/start.js', (_request, reply) => send(reply, 'text/javascript; charset=utf-8', START));
  fastify.get<{ Params: { file: string } }>('/docs/assets/:file', async ({ params: { file } }, reply) => {
    const type = Object.hasOwn(ASSETS, file) ? ASSETS[file] : undefined;
    if (type === undefined) throw new ProblemError('not_found');
    return send(reply.header('Cache-Control', 'public, max-age=3600'), type, await readFile(join(assetsFolder, file)));
  });
  fastify.get<{ Params: { code: string } }>('/docs/errors/:code', async ({ params, headers }, reply) => {
    const code = params.code.replace(/\.md$/, '');
    // the list of codes is also what keeps a path from leaving the folder
    if (!Object.hasOwn(ERRORS, code)) throw new ProblemError('not_found');
    const markdown = await readFile(join(errorPagesFolder, `${code}.md`), 'utf8');
    return headers.accept?.includes('text/html') === true
      ? send(reply, 'text/html; charset=utf-8', htmlOfPage(code, markdown))
      : send(reply, 'text/plain; charset=utf-8', markdown);
  });
};

const send = (reply: FastifyReply, type: string, body: string | Buffer): FastifyReply =>
  reply
    .header('Content-Type', type)
    .header('Content-Security-Policy', POLICY)
    .header('X-Content-Type-Options', 'nosniff')
    .send(body);
