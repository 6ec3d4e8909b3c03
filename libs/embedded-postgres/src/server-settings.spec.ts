import { describe, expect, it } from '@jest/globals';
import { serverSettings } from './server-settings.js';

describe('serverSettings', () => {
  it('gives up durability only when volatile, and lets the caller have the last word', () => {
    expect(serverSettings(1, false)).not.toContain('fsync=off');
    expect(serverSettings(1, true)).toContain('fsync=off');
    expect(serverSettings(1, true, { fsync: 'on' })).toContain('fsync=on');
  });
});
