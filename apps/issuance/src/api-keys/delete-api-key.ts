import type { EventStore, RowWrite } from '@leasehold/event-store';
import type { Cause } from '../store/commit.js';
import type { Loaded } from '../store/handle-command.js';
import type { WritePath } from '../store/write-path.js';
import { type ApiKey, apiKeyRowGone, type ApiKeyState, decideDeletion, evolveApiKey } from './api-key.js';
import { apiKeyStream } from './api-key-created.js';

export interface DeleteApiKey extends Cause {
  readonly tenantId: string;
  readonly apiKeyId: string;
}

/** Deletes a key for good; answers what it was, or `undefined` when the tenant has no such key. */
export async function deleteApiKey(
  { handleCommand, store }: WritePath,
  command: DeleteApiKey,
  keep: () => Promise<RowWrite | undefined>,
): Promise<ApiKey | undefined> {
  const { apiKeyId, tenantId } = command;
  const handled = await handleCommand({
    ...command,
    streamId: apiKeyStream(apiKeyId),
    load: () => loadApiKey(store, apiKeyId),
    decide: (state) => decideDeletion(state, tenantId),
    evolve: evolveApiKey,
    recorded: (state) => (state.status === 'none' ? null : state.key),
    write: async ({ state }) => ({
      rows: [apiKeyRowGone(apiKeyId), await keep()],
      result: state.status === 'none' ? undefined : state.key,
    }),
  });
  return handled.kind === 'done' ? handled.result : undefined;
}

async function loadApiKey(store: EventStore, id: string): Promise<Loaded<ApiKeyState>> {
  const events = await store.readStream(apiKeyStream(id));
  const last = events.at(-1);
  if (last === undefined) return { state: { status: 'none' }, version: 0 };
  const { state: key } = last.data as { readonly state: ApiKey }; // written by this folder only
  return { state: { status: last.type === 'ApiKeyDeleted' ? 'deleted' : 'live', key }, version: last.version };
}
