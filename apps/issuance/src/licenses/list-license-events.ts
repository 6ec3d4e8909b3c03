import { LICENSE_EVENTS, type LicenseEventData } from '@leasehold/contracts';
import type { StoredEvent } from '@leasehold/event-store';
import type { License } from '@leasehold/licensing';
import { decodeCursor, type Page, pageOf, type PageRequest } from '@leasehold/runtime';
import { z } from 'zod';
import { timestamp } from '../database/row.js';
import { licenseStream } from './change-license.js';
import type { LicenseContext } from './license-context.js';

/** An event of a license as the API shows it. */
export interface ShownEvent {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly occurredAt: string;
  readonly actor: string;
  readonly data: Record<string, unknown>;
}

/**
 * The history of a license, oldest first; `undefined`: the tenant has no such license.
 * @throws {ProblemError} `invalid_cursor`
 */
export async function listLicenseEvents(
  { writePath, loadLicense }: LicenseContext,
  tenantId: string,
  licenseId: string,
  { limit, cursor }: PageRequest,
): Promise<Page<ShownEvent> | undefined> {
  const [after] = cursor === undefined ? [0] : decodeCursor(cursor, ['number']);
  const { version } = await loadLicense(tenantId, licenseId);
  if (version === 0) return undefined;
  if (after >= version) return { data: [], nextCursor: null };
  const events = await writePath.store.readStream(licenseStream(licenseId), Math.max(after, 0) + 1, limit + 1);
  return pageOf(events, limit, showEvent, (event) => [event.version]);
}

/** Times on the wire are texts, in the store numbers: the schema of the event knows which is which. */
function showEvent(event: StoredEvent): ShownEvent {
  const { change, state } = event.data as { readonly change: LicenseEventData['change']; readonly state: License };
  const { actor } = event.metadata as Pick<LicenseEventData, 'actor'>;
  const { schema } = LICENSE_EVENTS[event.type as keyof typeof LICENSE_EVENTS];
  const shown = z.encode(schema, { change, license: state, actor }) as { readonly change: Record<string, unknown> };
  return {
    id: event.id,
    type: event.type,
    version: event.version,
    occurredAt: timestamp(event.occurredAt.getTime()),
    actor: `${actor.type}:${actor.id}`,
    data: shown.change,
  };
}
