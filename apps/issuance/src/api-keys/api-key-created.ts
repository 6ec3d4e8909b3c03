import type { RowWrite } from '@leasehold/event-store';
import type { StreamChange } from '../store/commit.js';
import { type ApiKey, apiKeyRow } from './api-key.js';

export const apiKeyStream = (id: string): string => `api-key-${id}`;

/** A new key as a change of the store, with further rows of the same command. */
export const apiKeyCreated = (apiKey: ApiKey, rows: readonly RowWrite[] = []): StreamChange => {
  const { id, tenantId, ...change } = apiKey;
  return {
    streamId: apiKeyStream(id),
    expectedVersion: 0,
    tenantId,
    events: [{ type: 'ApiKeyCreated', data: { change, state: apiKey } }],
    rows: [apiKeyRow(apiKey), ...rows],
  };
};
