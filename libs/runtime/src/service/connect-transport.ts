import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type IncomingEvent, TOPICS, decodeEvent } from '@leasehold/contracts';
import { type Decode, LeaseholdTransport, type Topic } from '@leasehold/messaging';
import { consumerMetrics } from '../observability/consumer-metrics.js';
import type { ServiceContext } from './service-definition.js';

const TOPIC_BY_NAME: ReadonlyMap<string, Topic> = new Map(
  Object.values<Topic>(TOPICS).map((topic): [string, Topic] => [topic.name, topic]),
);

const decode: Decode<IncomingEvent> = (record) => {
  const decoded = decodeEvent(record);
  return 'event' in decoded ? { ok: decoded.event } : decoded;
};

/**
 * Lets the application's `@EventPattern` handlers consume from the event log, as a group named after the service; they
 * start with `startAllMicroservices`. A handler gets an `EventBatch<IncomingEvent>`.
 */
export function connectTransport(
  app: NestFastifyApplication,
  { name, log, database, metrics, logger, fail }: ServiceContext<object>,
): { readonly close: () => Promise<void> } {
  const transport = new LeaseholdTransport<IncomingEvent>({
    log,
    group: name,
    topicNamed: (topic) => TOPIC_BY_NAME.get(topic),
    pool: database.pool,
    decode,
    onFatal: fail,
    onError: (error) => logger.warn({ err: error }, 'something beside the batches failed and is tried again'),
    hooks: consumerMetrics(metrics, logger),
  });
  app.connectMicroservice({ strategy: transport });
  return transport;
}
