import { createServer } from 'node:http';

/**
 * The yardstick of all HTTP figures: parses the body of a request and answers JSON of about the size of a verdict, with
 * nothing of ours and no framework in between.
 */
const FILLER = {
  valid: true,
  code: 'valid',
  plan: 'professional',
  features: ['analytics', 'export'],
  limits: { apiCalls: 1_000_000, seats: 10 },
  text: 'x'.repeat(200),
};

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString();
    const body = JSON.stringify({ ...FILLER, asked: text === '' ? null : JSON.parse(text) });
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  });
});
server.keepAliveTimeout = 65_000;
server.listen(Number(process.env.LEASEHOLD_PORT), '127.0.0.1');
