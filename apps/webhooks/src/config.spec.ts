import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@leasehold/runtime';
import { urlPolicyOf } from './addresses/url-policy.js';
import { webhooksConfig } from './config.js';

const load = (variables: Record<string, string>) => loadConfig([webhooksConfig], { variables, readFile: () => '' });

describe('the settings', () => {
  it('allow nothing private and no http unless told', () => {
    expect(load({})).toEqual({
      config: {
        webhookAllowCidrs: [],
        webhookAllowHttp: false,
        webhookTimeoutMs: 15_000,
        webhookConcurrency: 128,
      },
    });
  });

  it('open the ranges that they name', () => {
    const read = load({
      LEASEHOLD_WEBHOOK_ALLOW_CIDRS: '10.0.0.0/8, ::1',
      LEASEHOLD_WEBHOOK_ALLOW_HTTP: 'true',
    });
    if ('violations' in read) throw new Error(read.violations.join(' '));
    const { allowHttp, guard } = urlPolicyOf(read.config);
    expect(allowHttp).toBe(true);
    expect(['10.9.8.7', '::1', '192.168.0.1', '127.0.0.1'].map(guard.allows)).toEqual([true, true, false, false]);
  });

  it('are refused together when they cannot be used', () => {
    const read = load({
      LEASEHOLD_WEBHOOK_ALLOW_CIDRS: 'everything',
      LEASEHOLD_WEBHOOK_ALLOW_HTTP: 'yes',
      LEASEHOLD_WEBHOOK_TIMEOUT_MS: '60000',
      LEASEHOLD_WEBHOOK_CONCURRENCY: '1',
    });
    expect('violations' in read && read.violations).toHaveLength(4);
  });
});
