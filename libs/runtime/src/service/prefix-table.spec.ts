import { describe, expect, it } from '@jest/globals';
import { ROUTES, SERVICES, type ServiceName } from '@leasehold/contracts';
import fc from 'fast-check';
import { prefixTable, serviceOf } from './prefix-table.js';

describe('prefixTable', () => {
  it('has the longest prefix first and nothing that a shorter one implies', () => {
    expect(
      prefixTable([
        { path: '/v1/licenses', service: 'issuance' },
        { path: '/v1/licenses/:id', service: 'issuance' },
        { path: '/v1/licenses/:id/renew', service: 'issuance' },
        { path: '/v1/licenses/validate', service: 'validation' },
        { path: '/v1/licenses/validate/batch', service: 'validation' },
        { path: '/v1/plans', service: 'issuance' },
        { path: '/t/:tenant/.well-known/jwks.json', service: 'validation' },
      ]),
    ).toEqual([
      { prefix: '/v1/licenses/validate', service: 'validation' },
      { prefix: '/v1/licenses', service: 'issuance' },
      { prefix: '/v1/plans', service: 'issuance' },
      { prefix: '/t', service: 'validation' },
    ]);
  });

  it('keeps an entry that stands between two of another service', () => {
    const table = prefixTable([
      { path: '/a', service: 'issuance' },
      { path: '/a/b', service: 'webhooks' },
      { path: '/a/b/c', service: 'issuance' },
    ]);
    expect(table.map(({ prefix }) => prefix)).toEqual(['/a/b/c', '/a/b', '/a']);
  });

  it('refuses two services that claim one prefix', () => {
    expect(() =>
      prefixTable([
        { path: '/v1/things/:id', service: 'issuance' },
        { path: '/v1/things', service: 'anomaly' },
      ]),
    ).toThrow('Both issuance and anomaly have routes under /v1/things.');
  });

  it('can be made from the contract, and gives every route to its own service', () => {
    const table = prefixTable(ROUTES);
    for (const { path, service } of ROUTES) {
      expect([path, serviceOf(table, path.replaceAll(/:\w+/g, 'x'))]).toEqual([path, service]);
    }
  });
});

describe('serviceOf', () => {
  const table = prefixTable([
    { path: '/v1/licenses', service: 'issuance' },
    { path: '/v1/licenses/validate', service: 'validation' },
  ]);

  it.each([
    ['/v1/licenses', 'issuance'],
    ['/v1/licenses/', 'issuance'],
    ['/v1/licenses/validate', 'validation'],
    ['/v1/licenses/validate/', 'validation'],
    ['/v1/licenses/validates', 'issuance'],
    ['/v1/license', undefined],
    ['/v1/licensesx', undefined],
    ['/v1/licenses//validate', 'issuance'],
    ['/v1/licenses/validate;x=1', 'issuance'],
    ['/v1/licenses/lic_1/validate', 'issuance'],
    ['//v1/licenses', undefined],
    ['/V1/licenses', undefined],
    ['/v1/%6cicenses', undefined],
    ['v1/licenses', undefined],
    ['http://host/v1/licenses', undefined],
    ['/', undefined],
    ['', undefined],
  ])('finds for %j %s', (path, service) => {
    expect(serviceOf(table, path)).toBe(service);
  });
});

describe('any table', () => {
  const word = fc.constantFrom('a', 'b', 'ab', ':id');
  const path = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => `/${words.join('/')}` as const);
  /** Each address belongs to one service, as in any contract. */
  const routes = fc
    .uniqueArray(fc.tuple(path, fc.constantFrom<ServiceName>(...SERVICES)), {
      selector: ([one]) => one.split('/:', 1)[0],
      maxLength: 12,
    })
    .map((pairs) => pairs.map(([one, service]) => ({ path: one, service })));

  it('finds the service of the longest prefix, as a search through all routes would', () => {
    fc.assert(
      fc.property(routes, path, (all, asked) => {
        const steps = asked.split('/').slice(1);
        const owners = all
          .map(({ path: one, service }) => ({ service, prefix: (one.split('/:', 1)[0] ?? '').split('/').slice(1) }))
          .filter(({ prefix }) => prefix.every((step, at) => steps[at] === step))
          .sort((one, other) => other.prefix.length - one.prefix.length);
        expect(serviceOf(prefixTable(all), asked)).toBe(owners[0]?.service);
      }),
    );
  });

  it('is the same whatever the order of its routes, and has no entry to spare', () => {
    fc.assert(
      fc.property(routes, (all) => {
        const table = prefixTable(all);
        expect(prefixTable([...all].reverse())).toEqual(table);
        for (const entry of table) {
          const rest = table.filter((one) => one !== entry);
          expect(serviceOf(rest, entry.prefix)).not.toBe(entry.service);
        }
      }),
    );
  });

  it('has an entry for everything where a route begins with a parameter', () => {
    const table = prefixTable([
      { path: '/:any', service: 'issuance' },
      { path: '/v1/usage', service: 'metering' },
    ]);
    expect(['/', '/x', '/v1', '/v1/usage/x', '/v1/usages'].map((asked) => serviceOf(table, asked))).toEqual([
      'issuance',
      'issuance',
      'issuance',
      'metering',
      'issuance',
    ]);
  });
});
