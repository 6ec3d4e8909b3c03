import { describe, expect, it } from '@jest/globals';
import { byLicense } from './observation.js';

const ids = (name: string) => ({ license: `lic_${name}`, tenant: 'ten_1', product: 'prod_1' });

describe('validations by license', () => {
  it('keep the order of the log within a license, and come in the order of license ids', () => {
    const groups = byLicense([
      { ...ids('b'), code: 'valid', at: 3 },
      { ...ids('a'), code: 'valid', at: 2 },
      { ...ids('b'), code: 'domain_mismatch', domain: 'x.example', boundDomain: 'y.example', at: 1 },
    ]);
    expect(groups.map(({ license, observations }) => [license.licenseId, observations.map(({ at }) => at)])).toEqual([
      ['lic_a', [2]],
      ['lic_b', [3, 1]],
    ]);
    expect(groups[1]?.observations[1]).toEqual({
      code: 'domain_mismatch',
      domain: 'x.example',
      boundDomain: 'y.example',
      at: 1,
    });
    expect(groups[0]?.license).toEqual({ licenseId: 'lic_a', tenantId: 'ten_1', productId: 'prod_1' });
  });

  it('leave out those that found no license', () => {
    expect(byLicense([{ code: 'not_found', domain: 'x.example', at: 1 }])).toEqual([]);
  });
});
