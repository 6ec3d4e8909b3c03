import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BoundDomainBody } from '@leasehold/contracts';
import { type LicensedIssuance, licensedIssuance } from '../../test/licensed-issuance.js';
import type { AnyBody } from '../../test/running-issuance.js';

let issuance: LicensedIssuance;
beforeAll(async () => {
  issuance = await licensedIssuance();
});
afterAll(() => issuance.close());

const HOUR_MS = 3_600_000;
const bind = (id: string, body: object) => issuance.command<BoundDomainBody & AnyBody>(id, 'domains', body);
const release = (id: string, domain: string) => issuance.call('DELETE', `/v1/licenses/${id}/domains/${domain}`);
const move = (id: string, from: string, to: string) => issuance.command(id, 'domains/move', { from, to });
const domainsOf = async (id: string) => (await issuance.read(id)).domains.map(({ domain }) => domain);

describe('binding a domain', () => {
  it('answers 201 with the binding and the new version of the license', async () => {
    const { id } = await issuance.issued({ domains: ['a.com'] });
    const { status, headers, body } = await bind(id, { domain: 'Bücher.Example', www: false });
    expect([status, headers.get('etag')]).toEqual([201, '"2"']);
    expect(body).toEqual({
      domain: 'xn--bcher-kva.example',
      kind: 'exact',
      www: false,
      assurance: 'declared',
      environment: 'production',
      boundAt: '2026-03-01T00:00:00.000Z',
    });
    expect((await issuance.read(id)).domains.at(-1)).toEqual(body);
  });

  it('answers the binding again to the same request, and binds once', async () => {
    const { id } = await issuance.issued();
    const headers = { 'idempotency-key': 'bind-once' };
    const first = await issuance.command(id, 'domains', { domain: 'a.com' }, headers);
    const again = await issuance.command(id, 'domains', { domain: 'a.com' }, headers);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(await domainsOf(id)).toEqual(['a.com']);
  });

  it.each([
    ['an address with a scheme', 'https://a.com', 422, 'license.domain_invalid'],
    ['a label that is too long', `${'a'.repeat(64)}.com`, 422, 'license.domain_invalid'],
    ['a public suffix', 'github.io', 422, 'license.domain_public_suffix'],
    ['a wildcard on a public suffix', '**.co.uk', 422, 'license.domain_public_suffix'],
    ['what is bound already', 'WWW.a.com', 201, undefined],
    ['the same in another spelling', 'A.com.', 409, 'license.domain_already_bound'],
    ['an empty text', '', 422, 'invalid_request'],
  ])('answers %s (%s) with %i', async (_what, domain, status, code) => {
    const { id } = await issuance.issued({ domains: ['a.com'] });
    const { body, ...answer } = await bind(id, { domain });
    expect([answer.status, body.code]).toEqual([status, code]);
  });

  it('is refused past the plan’s number and kinds', async () => {
    const planId = await issuance.newPlan({ domains: { max: 1, development: false } });
    const { id } = await issuance.issued({ planId, domains: ['a.com'] });
    expect(await bind(id, { domain: 'b.com' })).toMatchObject({ status: 409, body: { code: 'license.domain_limit' } });
    for (const domain of ['*.a.com', 'localhost']) {
      expect(await bind(id, { domain })).toMatchObject({
        status: 422,
        body: { code: 'license.domain_kind_not_allowed' },
      });
    }
  });

  it('is refused when the token would not fit', async () => {
    const planId = await issuance.newPlan({ domains: { max: 100 } });
    const long = (n: number) => `${'a'.repeat(60)}.${'b'.repeat(60)}.host-${n}.example`;
    const domains = Array.from({ length: 36 }, (_, n) => long(n));
    const { id } = await issuance.issued({ planId, domains });
    const answers: number[] = [];
    for (let n = 36; answers.at(-1) !== 422 && n < 60; n++) answers.push((await bind(id, { domain: long(n) })).status);
    expect(answers.at(-1)).toBe(422);
    const { body } = await issuance.call<{ token: string }>('GET', `/v1/licenses/${id}/token`);
    expect(body.token.length).toBeLessThanOrEqual(8_192);
    // what makes it smaller, or does not touch it, still works
    expect((await release(id, long(0))).status).toBe(204);
    expect((await issuance.command(id, 'revoke')).status).toBe(200);
  });
});

describe('releasing a domain', () => {
  it.each([
    ['*.example.com', '*.example.com'],
    ['**.example.com', '**.example.com'],
    ['%2A%2A.example.com', '**.example.com'],
    ['b%C3%BCcher.example', 'xn--bcher-kva.example'],
    ['EXAMPLE.org', 'example.org'],
    ['%5B%3A%3A1%5D', '[::1]'],
    ['localhost', 'localhost'],
  ])('finds it in a path as %s', async (inPath, domain) => {
    const { id } = await issuance.issued({ domains: ['a.com', domain] });
    const { status, headers, body } = await release(id, inPath);
    expect([status, headers.get('etag'), body]).toEqual([204, '"2"', undefined]);
    expect(await domainsOf(id)).toEqual(['a.com']);
    expect(await release(id, inPath)).toMatchObject({ status: 404, body: { code: 'license.domain_not_bound' } });
  });

  it('is answered again to the same request', async () => {
    const { id } = await issuance.issued({ domains: ['a.com'] });
    const options = { headers: { 'idempotency-key': 'release-once' } };
    const path = `/v1/licenses/${id}/domains/a.com`;
    expect((await issuance.call('DELETE', path, options)).status).toBe(204);
    expect((await issuance.call('DELETE', path, options)).status).toBe(204);
    expect(await issuance.history(id)).toEqual(['LicenseIssued', 'DomainReleased']);
  });

  it.each(['%FF', '%00', '%2F', 'a%20b', 'nowhere.example'])(
    'finds nothing under %s, with a problem',
    async (inPath) => {
      const { id } = await issuance.issued({ domains: ['a.com'] });
      const { status, body } = await release(id, inPath);
      expect([400, 404]).toContain(status);
      expect(typeof body.code).toBe('string');
    },
  );
});

describe('moving a domain', () => {
  it('puts another in its place in one step, with its www', async () => {
    const { id } = await issuance.issued({ domains: [{ domain: 'a.com', www: false }] });
    const { status, body } = await move(id, 'A.com', 'b.com');
    expect(status).toBe(200);
    expect(body.domains).toMatchObject([{ domain: 'b.com', www: false }]);
    expect(await issuance.history(id)).toEqual(['LicenseIssued', 'DomainMoved']);
    const found = await issuance.call('GET', '/v1/licenses?domain=a.com');
    expect(found.body.data.map((license) => license.id)).not.toContain(id);
  });

  it('has to wait for the plan’s cool-down', async () => {
    const { id } = await issuance.issued({ domains: ['a.com'] });
    await move(id, 'a.com', 'b.com');
    const early = await move(id, 'b.com', 'c.com');
    expect(early).toMatchObject({ status: 409, body: { code: 'license.domain_move_cooldown' } });
    issuance.clock.advance(24 * HOUR_MS);
    expect((await move(id, 'b.com', 'c.com')).status).toBe(200);
  });

  it.each([
    ['what is not bound', 'x.com', 'b.com', 404, 'license.domain_not_bound'],
    ['to where it is', 'a.com', 'A.com', 409, 'license.domain_already_bound'],
    ['to what is no domain', 'a.com', 'a b', 422, 'license.domain_invalid'],
    ['to a development host', 'a.com', 'localhost', 422, 'license.domain_kind_not_allowed'],
  ])('refuses to move %s', async (_what, from, to, status, code) => {
    const { id } = await issuance.issued({ domains: ['a.com'] });
    expect(await move(id, from, to)).toMatchObject({ status, body: { code } });
  });
});
