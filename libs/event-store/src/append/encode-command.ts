import type { Append, NewEvent } from '../types.js';

/** One stream's share of a command: what is claimed about it. */
export interface Claim {
  readonly streamId: string;
  readonly expectedVersion: number;
  readonly count: number;
}

/**
 * A command as it waits in the queue. Events and rows are JSON objects that lack only their first member, the command's
 * number, which a batch knows.
 */
export interface EncodedCommand {
  readonly claims: readonly Claim[];
  readonly eventTails: readonly string[];
  readonly rowTails: readonly string[];
  /** Approximate size on the wire. */
  readonly bytes: number;
}

/**
 * Encodes when a command arrives, so that a batch is only joined while others wait.
 * @throws {TypeError} the data has no JSON form, or there is nothing to append to
 */
export function encodeCommand(appends: readonly Append[]): EncodedCommand {
  if (appends.length === 0) throw new TypeError('an append names at least one stream');
  const claims = appends.map((append) => ({
    streamId: append.streamId,
    expectedVersion: append.expectedVersion,
    count: append.events.length,
  }));
  const eventTails = appends.flatMap(encodeEvents);
  const rowTails = appends.flatMap((append) =>
    (append.rows ?? []).map((write) => `"table":${json(write.table)},"op":${json(write.op)},"row":${json(write.row)}}`),
  );
  const bytes = [...eventTails, ...rowTails].reduce((sum, tail) => sum + tail.length, 128 * claims.length);
  return { claims, eventTails, rowTails, bytes };
}

function encodeEvents(append: Append): string[] {
  const stream = json(append.streamId);
  const shared = `"tenant":${json(append.tenantId)},"metadata":${json(append.metadata)}`;
  return append.events.map(
    (event, index) =>
      `"stream":${stream},"version":${append.expectedVersion + index + 1},${shared},${encodeContent(event)}}`,
  );
}

function encodeContent(event: NewEvent): string {
  const head = `"id":${json(event.id)},"type":${json(event.type)},"schema":${event.schemaVersion}`;
  return `${head},"at":"${event.occurredAt.toISOString()}","data":${json(event.data)}`;
}

function json(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError('a value without a JSON form cannot be stored');
  return text;
}
