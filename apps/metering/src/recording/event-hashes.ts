import { createHash } from 'node:crypto';
import type { UsageEvent } from '@leasehold/contracts';

const sha256 = (members: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(members)).digest('hex');

/** What makes an event the same event: CloudEvents names it by source and id. Hex. */
export const identityOf = ({ source, id }: UsageEvent): string => sha256([source, id]);

/** What it says. An event without a time says nothing of when. Hex. */
export const contentOf = ({ type, subject, time, data }: UsageEvent): string =>
  sha256([type, subject, time ?? null, data.quantity]);
