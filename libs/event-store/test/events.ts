import { randomUUID } from 'node:crypto';
import type { Append, NewEvent, RowWrite } from '../src/index.js';

export const metadata = { actor: { type: 'api-key', id: 'key-1' } };

export function event(data: unknown = { seats: 1 }, more: Partial<NewEvent> = {}): NewEvent {
  return {
    id: randomUUID(),
    type: 'SeatAdded',
    schemaVersion: 1,
    data,
    occurredAt: new Date('2026-01-01T00:00:00Z'),
    ...more,
  };
}

/** An append of `count` events to a stream that stands at `expectedVersion`. */
export function append(
  streamId: string,
  expectedVersion: number,
  more: { count?: number; rows?: readonly RowWrite[]; tenantId?: string; data?: unknown } = {},
): Append {
  const { count = 1, rows = [], tenantId = 'tenant-1', data } = more;
  return {
    streamId,
    expectedVersion,
    tenantId,
    metadata,
    rows,
    events: Array.from({ length: count }, () => event(data)),
  };
}
