import { createHmac } from 'node:crypto';
import { secretKey } from './webhook-secret.js';

/**
 * The value of `webhook-signature` (Standard Webhooks 1.0.0): a `v1` element for each secret, newest first, with one
 * space between them.
 *
 * @param timestampSeconds of the attempt, not of the event
 * @param body the very bytes that are sent
 * @throws {RangeError} without a secret; an empty list would be no signature at all
 * @example signWebhook('0192…', 1_700_000_000, Buffer.from('{}'), ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])
 */
export function signWebhook(
  id: string,
  timestampSeconds: number,
  body: Uint8Array,
  secrets: readonly string[],
): string {
  if (secrets.length === 0) throw new RangeError('A webhook is signed with at least one secret.');
  if (id.includes('.') || !Number.isSafeInteger(timestampSeconds)) {
    throw new RangeError('Neither the id nor the timestamp of a webhook has a full stop.');
  }
  const signed = secrets.map((secret) => {
    const mac = createHmac('sha256', secretKey(secret)).update(`${id}.${timestampSeconds}.`).update(body);
    return `v1,${mac.digest('base64')}`;
  });
  return signed.join(' ');
}
