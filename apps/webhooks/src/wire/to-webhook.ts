import {
  EVENTS,
  type IncomingEvent,
  isEvent,
  type LicenseEventData,
  licenseEventName,
  type WebhookEventType,
} from '@leasehold/contracts';
import { suspiciousActivityData } from './anomaly-webhook.js';
import { licenseWebhook } from './license-webhook.js';
import { exceededData, thresholdData } from './usage-webhook.js';
import type { WebhookEvent } from './webhook-event.js';

/** What subscribers are told of an event of the log, if anything. */
export function toWebhook(event: IncomingEvent): WebhookEvent | undefined {
  const name = licenseEventName(event.type);
  if (name !== undefined) {
    // the codec has checked it by the schema of this type
    const data = event.data as LicenseEventData | undefined;
    const told = data && licenseWebhook(name, data);
    return told && webhookOf(event, data.license.tenantId, told.type, told.data);
  }
  if (isEvent(event, EVENTS.usageThresholdReached) && event.data) {
    return webhookOf(event, event.data.tenant, 'license.usage_threshold', thresholdData(event.data));
  }
  if (isEvent(event, EVENTS.usageExceeded) && event.data) {
    return webhookOf(event, event.data.tenant, 'license.usage_exceeded', exceededData(event.data));
  }
  // nothing is told of a finding that was settled: who settled it knows
  if (isEvent(event, EVENTS.anomalyFound) && event.data) {
    return webhookOf(event, event.data.tenant, 'license.suspicious_activity', suspiciousActivityData(event.data));
  }
  return undefined;
}

const webhookOf = (
  { id, time }: IncomingEvent,
  tenantId: string,
  type: WebhookEventType,
  data: WebhookEvent['data'],
): WebhookEvent => ({ id, tenantId, type, occurredAt: time, data });
