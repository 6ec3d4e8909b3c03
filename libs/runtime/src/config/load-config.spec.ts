import { describe, expect, it } from '@jest/globals';
import { defineConfig } from './config-schema.js';
import type { Environment } from './environment.js';
import { loadConfig } from './load-config.js';
import { setting } from './setting.js';

const environment = (variables: Record<string, string>, files: Readonly<Record<string, string>> = {}): Environment => ({
  variables,
  readFile: (path) => {
    const text = files[path];
    if (text === undefined) throw new Error(`no such file: ${path}`);
    return text;
  },
});

const described = { description: 'For the test.' };
const schema = defineConfig({
  size: setting.integer({ env: 'LEASEHOLD_SIZE', default: 7, min: 1, max: 9, ...described }),
  name: setting.string({ env: 'LEASEHOLD_NAME', ...described }),
  fast: setting.boolean({ env: 'LEASEHOLD_FAST', default: false, ...described }),
  home: setting.url({ env: 'LEASEHOLD_HOME', ...described }),
  words: setting.list({ env: 'LEASEHOLD_WORDS', ...described }),
  nets: setting.cidrs({ env: 'LEASEHOLD_NETS', ...described }),
  mode: setting.enumeration({ env: 'LEASEHOLD_MODE', values: ['soft', 'hard'], default: 'soft', ...described }),
  pass: setting.string({ env: 'LEASEHOLD_PASS', secret: true, ...described }),
});
const load = (variables: Record<string, string>, files: Record<string, string> = {}) =>
  loadConfig([schema], environment(variables, files));
const violationsOf = (variables: Record<string, string>, files: Record<string, string> = {}): readonly string[] => {
  const loaded = load(variables, files);
  return 'violations' in loaded ? loaded.violations : [];
};

describe('loadConfig', () => {
  it('gives every setting its default where nothing is set, and where it is set to nothing', () => {
    const defaults = {
      size: 7,
      name: undefined,
      fast: false,
      home: undefined,
      words: [],
      nets: [],
      mode: 'soft',
      pass: undefined,
    };
    expect(load({})).toEqual({ config: defaults });
    expect(load({ LEASEHOLD_SIZE: '', LEASEHOLD_NAME: '', LEASEHOLD_WORDS: '' })).toEqual({ config: defaults });
  });

  it('reads every kind of setting', () => {
    expect(
      load({
        LEASEHOLD_SIZE: '9',
        LEASEHOLD_NAME: 'anna',
        LEASEHOLD_FAST: 'true',
        LEASEHOLD_HOME: 'https://example.com/base/',
        LEASEHOLD_WORDS: ' one, two ,,',
        LEASEHOLD_NETS: '10.0.0.0/8, ::1, fe80::/10',
        LEASEHOLD_MODE: 'hard',
        LEASEHOLD_PASS: 'hush',
      }),
    ).toEqual({
      config: {
        size: 9,
        name: 'anna',
        fast: true,
        home: 'https://example.com/base',
        words: ['one', 'two'],
        nets: ['10.0.0.0/8', '::1', 'fe80::/10'],
        mode: 'hard',
        pass: 'hush',
      },
    });
  });

  it('reports every violation at once, by variable', () => {
    expect(
      violationsOf({
        LEASEHOLD_SIZE: '10',
        LEASEHOLD_FAST: 'yes',
        LEASEHOLD_HOME: 'ftp://example.com',
        LEASEHOLD_NETS: '10.0.0.0/8,10.0.0.0/33,example.com',
        LEASEHOLD_MODE: 'medium',
      }),
    ).toEqual([
      'LEASEHOLD_SIZE must be a whole number from 1 to 9.',
      'LEASEHOLD_FAST must be true or false.',
      'LEASEHOLD_HOME must be a http or https URL.',
      'LEASEHOLD_NETS must be addresses or CIDR ranges: 10.0.0.0/33, example.com is not.',
      'LEASEHOLD_MODE must be one of soft, hard.',
    ]);
  });

  it.each(['0', '10', '1.5', '0x7', '7 ', '1e1', 'seven', '99999999999999999999', '-1'])(
    'does not take %j for a whole number from 1 to 9',
    (text) => {
      expect(violationsOf({ LEASEHOLD_SIZE: text })).toHaveLength(1);
    },
  );

  it.each(['10.0.0.0/', '10.0.0.0/8/8', '::1/129', '10.0.0', '/8', '10.0.0.0/-1'])(
    'does not take %j for an address range',
    (text) => {
      expect(violationsOf({ LEASEHOLD_NETS: text })).toHaveLength(1);
    },
  );

  it('reads a secret from a file, without the line break at its end', () => {
    expect(load({ LEASEHOLD_PASS_FILE: '/run/pass' }, { '/run/pass': ' hush \r\n' })).toMatchObject({
      config: { pass: ' hush ' },
    });
  });

  it('reads no file for a setting that is no secret', () => {
    expect(load({ LEASEHOLD_NAME_FILE: '/run/name' }, { '/run/name': 'x' })).toMatchObject({
      config: { name: undefined },
    });
  });

  it('refuses a secret that is given twice, and a file that cannot be read', () => {
    expect(violationsOf({ LEASEHOLD_PASS: 'a', LEASEHOLD_PASS_FILE: '/f' }, { '/f': 'b' })).toEqual([
      'LEASEHOLD_PASS and LEASEHOLD_PASS_FILE are both set; set one of them.',
    ]);
    expect(violationsOf({ LEASEHOLD_PASS_FILE: '/gone' })).toEqual([
      'LEASEHOLD_PASS_FILE names a file that cannot be read: /gone.',
    ]);
  });

  it('never repeats the value of a secret', () => {
    const secretUrl = defineConfig({
      url: setting.url({ env: 'LEASEHOLD_URL', protocols: ['postgres'], secret: true, ...described }),
    });
    const loaded = loadConfig([secretUrl], environment({ LEASEHOLD_URL: 'mysql://u:hush@host' }));
    expect(JSON.stringify(loaded)).not.toContain('hush');
    expect(loaded).toEqual({ violations: ['LEASEHOLD_URL must be: postgres URL.'] });
  });

  it('puts the settings of several schemas together', () => {
    const other = defineConfig({ depth: setting.integer({ env: 'LEASEHOLD_DEPTH', default: 3, ...described }) });
    expect(loadConfig([schema, other], environment({ LEASEHOLD_SIZE: '2' }))).toMatchObject({
      config: { size: 2, depth: 3 },
    });
  });
});
