import { describe, expect, it } from '@jest/globals';
import { ROUTES } from '@leasehold/contracts';
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
    ['/', undefined],
    ['', undefined],
  ])('finds for %j %s', (path, service) => {
    expect(serviceOf(table, path)).toBe(service);
  });
});
