import { describe, expect, it } from '@jest/globals';
import { baseConfigOf, completeConfig } from '../config/base-config.js';
import { loadConfig } from '../config/load-config.js';
import { externalUrl } from './open-backing.js';

const ALL = 'postgres://h/all';
const OWN = 'postgres://h/own';
const LOG = 'postgres://h/log';
const configWith = (variables: Record<string, string>) => {
  const loaded = loadConfig([baseConfigOf('metering')], { variables, readFile: () => '' });
  if ('violations' in loaded) throw new Error(loaded.violations.join());
  return completeConfig(loaded.config);
};
const placesWith = (variables: Record<string, string>) => {
  const config = configWith(variables);
  return { service: externalUrl('metering', config), log: externalUrl('log', config) };
};

describe('the database of a schema', () => {
  it('is the embedded one where the settings name none', () => {
    expect(placesWith({})).toEqual({ service: undefined, log: undefined });
  });

  it('is the one for all, unless the schema has one of its own', () => {
    expect(placesWith({ LEASEHOLD_DATABASE_URL: ALL })).toEqual({ service: ALL, log: ALL });
    expect(placesWith({ LEASEHOLD_DATABASE_URL: ALL, LEASEHOLD_METERING_DATABASE_URL: OWN })).toEqual({
      service: OWN,
      log: ALL,
    });
    expect(placesWith({ LEASEHOLD_DATABASE_URL: ALL, LEASEHOLD_LOG_DATABASE_URL: LOG })).toEqual({
      service: ALL,
      log: LOG,
    });
  });

  it('may be elsewhere for one alone, while the others stay embedded', () => {
    expect(placesWith({ LEASEHOLD_METERING_DATABASE_URL: OWN })).toEqual({ service: OWN, log: undefined });
    expect(placesWith({ LEASEHOLD_LOG_DATABASE_URL: LOG })).toEqual({ service: undefined, log: LOG });
  });
});
