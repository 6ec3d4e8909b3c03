import { decodeEvent, EVENTS, isEvent, type LicenseState, TOPICS, type UsageBalance } from '@leasehold/contracts';
import type { EventLog, Follower, LogRecord } from '@leasehold/messaging';
import type { ServiceContext } from '@leasehold/runtime';

type Logger = ServiceContext<object>['logger'];

/** What is done with each state that the log tells; an older one is given too, and is the receiver's to refuse. */
export interface StateReceivers {
  readonly license: (state: LicenseState) => void;
  readonly balance: (balance: UsageBalance) => void;
}

/** Follows licenses and their balances from the beginning. One bad record is passed over: it must not hide the later ones. */
export function followLicenses(log: EventLog, receivers: StateReceivers, logger: Logger): Promise<Follower> {
  const take = (record: LogRecord): void => {
    const decoded = decodeEvent(record);
    if ('unreadable' in decoded) {
      const { topic, key, offset } = record;
      logger.error({ topic, key, offset, reason: decoded.unreadable }, 'a state could not be read');
      return;
    }
    const { event } = decoded;
    if (isEvent(event, EVENTS.licenseState)) {
      if (event.data !== undefined) receivers.license(event.data);
    } else if (isEvent(event, EVENTS.usageBalance)) {
      if (event.data !== undefined) receivers.balance(event.data);
    }
  };
  return log.follow([TOPICS.licenseState, TOPICS.usageBalances], 'start', (batch) => {
    for (const record of batch.records) take(record);
    return Promise.resolve();
  });
}
