import { createHmac, createSecretKey } from 'node:crypto';

const MOST_REMEMBERED = 20_000;

/** Names clients by a keyed hash of their address: the same one at every validator, and no way back without the key. */
export function createClientNames(key: Uint8Array): (address: string) => string {
  const secret = createSecretKey(key);
  const names = new Map<string, string>();
  return (address) => {
    let name = names.get(address);
    if (name === undefined) {
      name = createHmac('sha256', secret).update(address).digest('base64url').slice(0, 22);
      if (names.size >= MOST_REMEMBERED) names.clear();
      names.set(address, name);
    }
    return name;
  };
}
