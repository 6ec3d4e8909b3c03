import { describe, expect, it } from '@jest/globals';
import { baseConfigOf, completeConfig } from './base-config.js';
import { configPage } from './config-page.js';
import { defineConfig } from './config-schema.js';
import { describeConfig, maskedConfig } from './describe-config.js';
import { loadConfig } from './load-config.js';
import { setting } from './setting.js';

const nothing = { variables: {}, readFile: () => '' };
const own = defineConfig({
  batch: setting.integer({ env: 'LEASEHOLD_BATCH', default: 5, min: 1, max: 9, description: 'How many at once.' }),
  token: setting.string({ env: 'LEASEHOLD_TOKEN', secret: true, description: 'What opens the door.' }),
});

describe('describeConfig', () => {
  it('says of each variable what it takes, its default and whether it is a secret', () => {
    expect(describeConfig([own])).toEqual([
      {
        env: 'LEASEHOLD_BATCH',
        type: 'whole number from 1 to 9',
        defaultText: '5',
        secret: false,
        description: 'How many at once.',
      },
      {
        env: 'LEASEHOLD_TOKEN',
        type: 'text',
        defaultText: undefined,
        secret: true,
        description: 'What opens the door.',
      },
    ]);
  });

  it('names a variable once that several services share', () => {
    const variables = describeConfig([baseConfigOf('issuance'), baseConfigOf('webhooks')]).map(({ env }) => env);
    expect(variables).toEqual([...new Set(variables)]);
    expect(variables).toEqual(
      expect.arrayContaining(['LEASEHOLD_ISSUANCE_DATABASE_URL', 'LEASEHOLD_WEBHOOKS_DATABASE_URL']),
    );
  });
});

describe('maskedConfig', () => {
  it('shows what is set, and of secrets only that they are', () => {
    expect(maskedConfig([own], { batch: 5, token: 'hush' })).toEqual({ LEASEHOLD_BATCH: 5, LEASEHOLD_TOKEN: '***' });
    expect(maskedConfig([own], { batch: 5, token: undefined })).toEqual({ LEASEHOLD_BATCH: 5 });
  });
});

describe('configPage', () => {
  it('has what all services share first, then what each has of its own', () => {
    const page = configPage([
      { name: 'metering', schema: own },
      { name: 'anomaly', schema: defineConfig({}) },
    ]);
    expect(page).toContain('| `LEASEHOLD_PORT` | whole number from 0 to 65535 | `8080` |');
    expect(page).toMatch(/## Every service[\s\S]*## metering\n\n\| variable/);
    expect(page).toContain('| `LEASEHOLD_TOKEN` | text, *secret* | – | What opens the door. |');
    expect(page).not.toContain('## anomaly');
  });
});

describe('completeConfig', () => {
  const loaded = loadConfig([baseConfigOf('metering')], nothing);
  const raw = 'config' in loaded ? loaded.config : undefined;

  it('takes the port that is listened on into the public URL, unless there is one', () => {
    if (raw === undefined) throw new Error('defaults must be usable');
    expect(completeConfig(raw).publicUrl).toBe('http://localhost:8080');
    expect(completeConfig(raw, 4711).publicUrl).toBe('http://localhost:4711');
    expect(completeConfig({ ...raw, publicUrl: 'https://x.example' }, 4711).publicUrl).toBe('https://x.example');
  });
});
