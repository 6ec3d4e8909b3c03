import { messagingFeatures } from '../messaging.features.js';
import { openMemoryLog } from './create-memory-log.js';
import { createMemoryStore } from './memory-store.js';

let boots = 0;

messagingFeatures('memory', () => {
  const store = createMemoryStore(() => Date.now());
  return Promise.resolve({
    open: (instanceId) => openMemoryLog(store, { instanceId, bootId: String((boots += 1)) }),
    housekeep: () => store.housekeep(),
    expireMembers: (group) => Promise.resolve(store.expireMembers(group)),
    close: () => Promise.resolve(),
  });
});
