import { describe, expect, it } from '@jest/globals';
import { WEBHOOK_EVENT_TYPES } from '@leasehold/contracts';
import { matchesEventType } from './matches-event-type.js';

const taken = (...patterns: string[]): string[] =>
  WEBHOOK_EVENT_TYPES.filter((type) => matchesEventType(patterns, type));

describe('matchesEventType', () => {
  it('takes every type for *', () => {
    expect(taken('*')).toEqual(WEBHOOK_EVENT_TYPES);
  });

  it('takes a whole group and nothing beside it for group.*', () => {
    expect(taken('license.*')).toEqual(WEBHOOK_EVENT_TYPES.filter((type) => type.startsWith('license.')));
    expect(taken('webhook.*')).toEqual(['webhook.endpoint_disabled', 'webhook.test']);
  });

  it('takes a type by its whole name only', () => {
    expect(taken('license.expired')).toEqual(['license.expired']);
    expect(taken('license.expir')).toEqual([]);
    expect(taken('license')).toEqual([]);
  });

  it('takes what any of the patterns takes, and nothing without one', () => {
    expect(taken('license.issued', 'webhook.test', 'license.issued')).toEqual(['license.issued', 'webhook.test']);
    expect(taken()).toEqual([]);
  });

  it('reads a dot as a dot and a star at the end as a star, nowhere else', () => {
    expect(matchesEventType(['license.*'], 'licenses.issued')).toBe(false);
    expect(matchesEventType(['*.issued'], 'license.issued')).toBe(false);
    expect(matchesEventType(['lic*'], 'license.issued')).toBe(false);
  });
});
