import { describe, expect, it, test } from '@jest/globals';
import type { z } from 'zod';
import { WEBHOOK_EVENT_TYPES, webhookRoutes } from './webhooks.js';

const reads = (schema: z.ZodType, sent: unknown): unknown => {
  const parsed = schema.safeParse(sent);
  return parsed.success ? parsed.data : 'refused';
};

describe('a webhook endpoint', () => {
  const { createEndpoint, updateEndpoint, listDeliveries } = webhookRoutes;
  const url = 'https://example.com/hook';
  const create = (changes: object): unknown => reads(createEndpoint.body, { url, ...changes });

  it('receives everything, signed, unless told otherwise', () => {
    expect(create({})).toEqual({ url, eventTypes: ['*'], signature: 'v1' });
    expect(create({ url: 'u'.repeat(2048) })).toHaveProperty('url', 'u'.repeat(2048));
  });

  it('names each type once', () => {
    expect(create({ eventTypes: ['license.*', '*', 'license.*'] })).toHaveProperty('eventTypes', ['license.*', '*']);
  });

  test.each(WEBHOOK_EVENT_TYPES)('may ask for %s and for the group it is in', (type) => {
    const group = `${type.split('.')[0] ?? ''}.*`;
    expect(create({ eventTypes: [type, group] })).toHaveProperty('eventTypes', [type, group]);
  });

  test.each<[string, object]>([
    ['an address of 2,049 characters', { url: 'u'.repeat(2049) }],
    ['no address', { url: undefined }],
    ['no type', { eventTypes: [] }],
    ['51 types', { eventTypes: Array(51).fill('*') }],
    ['a part of a type before the star', { eventTypes: ['license.domain_*'] }],
    ['a type below a type', { eventTypes: ['license.issued.*'] }],
    ['a group in capitals', { eventTypes: ['License.*'] }],
    ['a signature that there is not', { signature: 'v1a' }],
  ])('never has %s', (_what, changes) => {
    expect(create(changes)).toBe('refused');
  });

  it('is changed by what is said only, and disabled by nobody but us', () => {
    expect(reads(updateEndpoint.body, {})).toEqual({});
    expect(reads(updateEndpoint.body, { status: 'enabled' })).toEqual({ status: 'enabled' });
    expect(reads(updateEndpoint.body, { status: 'disabled' })).toBe('refused');
    expect(reads(updateEndpoint.body, { signature: 'v1' })).toBe('refused');
    expect(reads(updateEndpoint.body, { eventTypes: [] })).toBe('refused');
  });

  test.each([{ status: 'disabled' }, { eventType: 'license.*' }, { eventType: '*' }, { endpointId: 'we_1' }])(
    'has no deliveries of %j',
    (sent) => {
      expect(reads(listDeliveries.query, sent)).toBe('refused');
    },
  );
});
