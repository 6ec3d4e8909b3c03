import { describe, expect, it } from '@jest/globals';
import { SERVICES } from '@leasehold/contracts';
import { connectionSettings } from './connection-settings.js';
import { schemaOf } from './database-names.js';

describe('the connections of a schema', () => {
  it('take its role, see its tables only, and tell an administrator whose they are', () => {
    const url = 'postgres://ann@db.example/leases';
    expect(connectionSettings({ url, schema: schemaOf('metering'), role: schemaOf('metering') })).toEqual({
      connectionString: url,
      application_name: 'leasehold-metering',
      options: '-c search_path=leasehold_metering -c role=leasehold_metering',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
  });

  it('stay those of the login where there is no role to take, as for migrations', () => {
    expect(connectionSettings({ url: 'postgres://h/d', schema: 'x' }).options).toBe('-c search_path=x');
  });
});

it('no two owners share a schema', () => {
  const names = [...SERVICES, 'log' as const].map(schemaOf);
  expect(new Set(names).size).toBe(SERVICES.length + 1);
  for (const name of names) expect(name).toMatch(/^leasehold_[a-z]+$/);
});
