import type { Actor } from '@leasehold/licensing';
import type { Caller } from '@leasehold/runtime';

/** Who is recorded beside the events that a request makes. */
export function actorOf(caller: Caller): Actor {
  if (caller.apiKeyId === undefined) throw new Error(`a ${caller.kind} caller changes nothing`);
  return { type: caller.kind === 'operator' ? 'operator' : 'api_key', id: caller.apiKeyId };
}
