import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { defineConfig } from '../config/config-schema.js';
import { setting } from '../config/setting.js';
import { readConfigs, warnOfUnread } from './read-configs.js';
import type { ServiceDefinition } from './service-definition.js';

const serviceNamed = (name: ServiceDefinition['name'], config: ServiceDefinition['config']): ServiceDefinition => ({
  name,
  config,
  routes: [],
  migrations: [],
  entities: [],
  module: () => ({ module: class {} }),
});
const webhooks = serviceNamed(
  'webhooks',
  defineConfig({
    tries: setting.integer({ env: 'LEASEHOLD_TRIES', default: 3, max: 9, description: 'How often.' }),
    door: setting.string({ env: 'LEASEHOLD_DOOR', secret: true, description: 'What opens it.' }),
  }),
);
const metering = serviceNamed('metering', defineConfig({}));

const read = (variables: Record<string, string>, definitions = [webhooks, metering]) =>
  readConfigs(definitions, { variables, readFile: () => 'from a file' });
const good = (variables: Record<string, string>, definitions = [webhooks, metering]) => {
  const configs = read(variables, definitions);
  if ('violations' in configs) throw new Error(configs.violations.join());
  return configs;
};

describe('the settings of a process', () => {
  it('are read for each of its services, with those that all share', () => {
    const { services, shared } = good({
      LEASEHOLD_PORT: '81',
      LEASEHOLD_TRIES: '5',
      LEASEHOLD_METERING_DATABASE_URL: 'postgres://h/metering',
    });
    expect(services.map(({ definition }) => definition.name)).toEqual(['webhooks', 'metering']);
    expect(services.map(({ raw }) => raw)).toMatchObject([
      { port: 81, tries: 5, serviceDatabaseUrl: undefined },
      { port: 81, serviceDatabaseUrl: 'postgres://h/metering' },
    ]);
    expect(shared.port).toBe(81);
  });

  it('are refused with every violation of every service, each once', () => {
    expect(
      read({
        LEASEHOLD_PORT: 'x',
        LEASEHOLD_TRIES: '10',
        LEASEHOLD_METERING_DATABASE_URL: 'x',
        LEASEHOLD_DOOR: 'a',
        LEASEHOLD_DOOR_FILE: 'b',
      }),
    ).toEqual({
      violations: [
        'LEASEHOLD_PORT must be a whole number from 0 to 65535.',
        'LEASEHOLD_TRIES must be a whole number from 0 to 9.',
        'LEASEHOLD_DOOR and LEASEHOLD_DOOR_FILE are both set; set one of them.',
        'LEASEHOLD_METERING_DATABASE_URL must be: postgres or postgresql URL.',
      ],
    });
  });

  it('are refused as a whole when those of one service are', () => {
    expect(read({ LEASEHOLD_TRIES: 'x' })).toHaveProperty('violations');
    expect(read({ LEASEHOLD_TRIES: 'x' }, [metering])).not.toHaveProperty('violations');
  });

  it('can be shown with every secret masked, however it was given', () => {
    const { masked } = good({
      LEASEHOLD_DOOR_FILE: '/run/door',
      LEASEHOLD_DATABASE_URL: 'postgres://u:hush@h/d',
      LEASEHOLD_LOG_DATABASE_URL: 'postgres://u:hush@h/d',
      LEASEHOLD_WEBHOOKS_DATABASE_URL: 'postgres://u:hush@h/d',
    });
    expect(JSON.stringify(masked)).not.toMatch(/hush|from a file/);
    expect(masked).toMatchObject({
      LEASEHOLD_DOOR: '***',
      LEASEHOLD_DATABASE_URL: '***',
      LEASEHOLD_LOG_DATABASE_URL: '***',
      LEASEHOLD_WEBHOOKS_DATABASE_URL: '***',
      LEASEHOLD_PORT: 8080,
      LEASEHOLD_TRIES: 3,
    });
    expect(masked).not.toHaveProperty('LEASEHOLD_METERING_DATABASE_URL');
  });
});

describe('a variable that is not read', () => {
  it.each(['LEASEHOLD_PROT', 'LEASEHOLD_PORT_FILE', 'LEASEHOLD_', 'LEASEHOLD_port', 'LEASEHOLD_BILLING_DATABASE_URL'])(
    'is found: %s',
    (name) => {
      expect(good({ [name]: '1' }).unread).toEqual([name]);
    },
  );

  it.each([
    'LEASEHOLD_PORT',
    'LEASEHOLD_DATABASE_URL_FILE',
    'LEASEHOLD_DOOR_FILE',
    'LEASEHOLD_MIGRATE_GRANT_TO',
    'LEASEHOLD_ISSUANCE_DATABASE_URL',
    'LEASEHOLDER',
    'PATH',
  ])('is none that anything reads, or that is not ours: %s', (name) => {
    expect(good({ [name]: '' }).unread).toEqual([]);
  });

  it('is one that another service would read', () => {
    expect(good({ LEASEHOLD_TRIES: '1' }, [metering]).unread).toEqual(['LEASEHOLD_TRIES']);
  });

  it('is named in one warning, without its value', () => {
    const lines: string[] = [];
    const logger = pino({}, { write: (line: string) => lines.push(line) });
    warnOfUnread([], logger);
    expect(lines).toEqual([]);
    warnOfUnread(good({ LEASEHOLD_PROT: 'hush', LEASEHOLD_DOR: 'hush' }).unread, logger);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 40, variables: ['LEASEHOLD_PROT', 'LEASEHOLD_DOR'] });
    expect(lines[0]).not.toContain('hush');
  });
});
