import { usageEvent, type UsageEvent, type UsageInvalidCode } from '@leasehold/contracts';
import type { Instant } from '@leasehold/licensing';
import { judgeTime } from '../counting/event-time.js';
import type { Usage } from '../counting/usage.js';
import { API_CALLS, hasMeter } from '../licenses/license-context.js';
import type { LicenseContexts } from '../licenses/read-contexts.js';

/** An event as it was posted: read, or of no use. `id` is what its sender called it, as far as that can be read. */
export type PostedEvent =
  { readonly id: string; readonly event: UsageEvent } | { readonly id: string; readonly event?: undefined };

/** Reads the CloudEvents of a body, each by itself: one alone, or a batch. */
export const readEvents = (body: unknown): readonly PostedEvent[] =>
  (Array.isArray(body) ? (body as readonly unknown[]) : [body]).map((sent) => {
    const parsed = usageEvent.safeParse(sent);
    return parsed.success ? { id: parsed.data.id, event: parsed.data } : { id: idOf(sent) };
  });

const LONGEST_ID = 200;
const idOf = (sent: unknown): string => {
  const id: unknown = typeof sent === 'object' && sent !== null && 'id' in sent ? sent.id : undefined;
  return typeof id === 'string' ? id.slice(0, LONGEST_ID).toWellFormed() : '';
};

export type Judgment = { readonly usage: Usage } | { readonly code: UsageInvalidCode };

/** What an event adds, or why it cannot be counted. `contexts` are those of the sender's own licenses. */
export function judgeEvent(event: UsageEvent | undefined, contexts: LicenseContexts, now: Instant): Judgment {
  if (event === undefined) return { code: 'invalid_event' };
  const { type: meter, subject: licenseId, time: at = now, data } = event;
  if (meter === API_CALLS) return { code: 'reserved_meter' };
  const context = contexts.get(licenseId);
  if (context === undefined) return { code: 'unknown_license' };
  if (!hasMeter(context, meter)) return { code: 'unknown_meter' };
  const time = judgeTime(at, now);
  if (time !== 'in_time') return { code: time };
  return { usage: { licenseId, meter, at, quantity: data.quantity, refused: false } };
}
