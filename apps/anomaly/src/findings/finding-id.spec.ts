import { describe, expect, it } from '@jest/globals';
import { anomalyRoutes } from '@leasehold/contracts';
import { findingId, tellingId } from './finding-id.js';

const ID = findingId('domain_mismatch', 'lic_1', 1);

describe('the id of a finding', () => {
  it('is one that the API takes', () => {
    const { params } = anomalyRoutes.getAnomaly;
    for (let generation = 1; generation < 50; generation++) {
      const anomalyId = findingId('burst_requests', 'lic_1', generation);
      expect(params.parse({ anomalyId })).toEqual({ anomalyId });
    }
  });

  it('never changes for the same rule, license and generation', () => {
    // written down once: findings that are stored have such ids
    expect(ID).toBe('ano_ja8386t2v424xv1sh3g4tqh8m9');
    expect(findingId('domain_mismatch', 'lic_1', 1)).toBe(ID);
  });

  it('differs by rule, by license and by generation', () => {
    const ids = [
      ID,
      findingId('burst_requests', 'lic_1', 1),
      findingId('domain_mismatch', 'lic_2', 1),
      findingId('domain_mismatch', 'lic_1', 2),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the id of what is told of a finding', () => {
  const AT = Date.parse('2026-03-02T12:00:00Z');

  it('is a UUIDv7 of the time that is told, the same each time it is worked out', () => {
    const id = tellingId(ID, 7, AT);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(AT);
    expect(tellingId(ID, 7, AT)).toBe(id);
  });

  it('differs by finding, by count and by status', () => {
    const ids = [tellingId(ID, 7, AT), tellingId(ID, 8, AT), tellingId(ID, 'resolved', AT), tellingId('ano_2', 7, AT)];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
