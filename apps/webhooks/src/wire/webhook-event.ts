import type { WebhookEventType } from '@leasehold/contracts';

/** What happened, in the words that subscribers read. Receivers dedupe by the id, which all their deliveries share. */
export interface WebhookEvent {
  /** `webhook-id`: the id of the fact on the log. */
  readonly id: string;
  readonly tenantId: string;
  readonly type: WebhookEventType;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
  /** Names in snake_case, times in RFC 3339. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** The body, the same for every attempt: what is stored is what is signed and sent. */
export const webhookBody = ({ type, occurredAt, data }: WebhookEvent): string =>
  JSON.stringify({ type, timestamp: timeText(occurredAt), data });

/** RFC 3339, UTC. */
export const timeText = (at: number): string => new Date(at).toISOString();

/** As {@link timeText}; null stays null. */
export const timeTextOrNull = (at: number | null): string | null => (at === null ? null : timeText(at));
