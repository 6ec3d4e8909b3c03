import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LicenseBody } from '@leasehold/contracts';
import { waitFor } from '@leasehold/testing';
import fc from 'fast-check';
import { type LicensedIssuance, licensedIssuance } from '../../test/licensed-issuance.js';

let issuance: LicensedIssuance;
let license: LicenseBody;
beforeAll(async () => {
  issuance = await licensedIssuance();
  license = await issuance.issued({ domains: ['a.com'] });
});
afterAll(() => issuance.close());

const RUNS = { numRuns: 150, seed: 20_260_301 };
/** Usually right, so that the odd ones get past the first check. */
const odd = <T>(usual: fc.Arbitrary<T>, ...oddities: fc.Arbitrary<unknown>[]) =>
  fc.oneof(
    { weight: 24, arbitrary: usual },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
    ...oddities.map((arbitrary) => ({ weight: 1, arbitrary })),
  );
const text = odd(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', '\0', '\ud800', '\u202e'),
);
const host = odd(
  fc.domain(),
  fc.domain().map((domain) => `**.${domain}`),
  fc.ipV4(),
  fc.webUrl(),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
);
const time = odd(
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }).map((date) => date.toISOString()),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T00:00:00+23:59',
  ),
);
const number = odd(fc.nat(), fc.integer(), fc.double(), fc.constantFrom(-0, 2 ** 53, 1e308));
const name = fc.stringMatching(/^[a-z]{1,64}$/);
const features = odd(fc.array(odd(name), { maxLength: 20 }), fc.array(name, { minLength: 90, maxLength: 110 }));
const limits = odd(fc.dictionary(name, number, { maxKeys: 6 }), fc.dictionary(fc.string(), number));
const metadata = odd(fc.dictionary(fc.string({ minLength: 1, maxLength: 64 }), text, { maxKeys: 4 }));

const statusOf = async (method: string, path: string, body?: unknown) => {
  const { status, body: answer } = await issuance.call(method, path, body === undefined ? {} : { body });
  if (status >= 400) expect(typeof answer.code).toBe('string');
  return status;
};
const survives = (property: fc.IAsyncPropertyWithHooks<[Record<string, unknown>]>) => fc.assert(property, RUNS);
const path = (what: string) => `/v1/licenses/${license.id}${what}`;
const neverFails = (members: Record<string, fc.Arbitrary<unknown>>, method: string, target: () => string) =>
  survives(
    fc.asyncProperty(fc.record(members, { requiredKeys: [] }), async (body) => {
      return (await statusOf(method, target(), body)) < 500;
    }),
  );

describe('whatever a request says, the answer is a success or a problem with a code, never a failure of ours:', () => {
  it('issuing', async () => {
    const customer = odd(fc.record({ reference: text, email: odd(fc.emailAddress()) }));
    const domains = odd(
      fc.array(fc.oneof(host, fc.record({ domain: host, www: odd(fc.boolean()) })), { maxLength: 3 }),
    );
    const members = { domains, customer, features, limits, startsAt: time, expiresAt: time, metadata };
    await survives(
      fc.asyncProperty(fc.record(members, { requiredKeys: [] }), async (order) => {
        const status = await statusOf('POST', '/v1/licenses', { planId: issuance.planId, ...order });
        return status === 201 || (status >= 400 && status < 500);
      }),
    );
  });

  it('updating', () => neverFails({ features, limits, metadata }, 'PATCH', () => path('')));

  it('renewing', () => neverFails({ expiresAt: time }, 'POST', () => path('/renew')));

  it('binding and moving domains', async () => {
    await neverFails({ domain: host, www: odd(fc.boolean()) }, 'POST', () => path('/domains'));
    await neverFails({ from: fc.oneof(fc.constant('a.com'), host), to: host }, 'POST', () => path('/domains/move'));
  });

  it('suspending and reinstating', async () => {
    await neverFails({ reason: text }, 'POST', () => path('/suspend'));
    await neverFails({ reason: text }, 'POST', () => path('/reinstate'));
  });

  it('releasing what a path can name', () =>
    survives(
      fc.asyncProperty(fc.record({ domain: fc.string({ minLength: 1 }) }), async ({ domain }) => {
        const segment = encodeURIComponent(domain.toWellFormed()).replaceAll('.', '%2E');
        return (await statusOf('DELETE', path(`/domains/${segment}`))) < 500;
      }),
    ));

  it('asking for a list', () =>
    survives(
      fc.asyncProperty(
        fc.record({ domain: host, customer: text, status: text, cursor: text, limit: number }, { requiredKeys: [] }),
        async (query) => {
          const search = new URLSearchParams(
            Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
          );
          return (await statusOf('GET', `/v1/licenses?${search.toString()}`)) < 500;
        },
      ),
    ));

  it('and what was taken can still be read, signed, listed and told', async () => {
    const { body } = await issuance.call('GET', '/v1/licenses?limit=100');
    expect(body.data.length).toBeGreaterThan(10);
    for (const { id } of [...body.data, license]) {
      expect(await statusOf('GET', `/v1/licenses/${String(id)}`)).toBe(200);
      expect(await statusOf('GET', `/v1/licenses/${String(id)}/token`)).toBe(200);
      expect(await statusOf('GET', `/v1/licenses/${String(id)}/events`)).toBe(200);
    }
    await waitFor(async () => {
      const { rows } = await issuance.service.context.database.pool.query<{ unpublished: string }>(
        'select (select count(*) from events) - (select count(*) from event_seal) as unpublished',
      );
      return rows[0]?.unpublished === '0';
    });
  });
});
