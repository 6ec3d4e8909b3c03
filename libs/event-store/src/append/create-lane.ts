import type { Pool, PoolClient } from 'pg';
import { UnknownOutcomeError } from '../errors.js';
import { identifier } from '../schema/identifier.js';
import { appendFailure } from './append-failure.js';
import type { BatchOutcome, EncodedBatch } from './batch.js';

/** How long an unused connection stays with the lane. */
const LINGER_MS = 50;

/**
 * The way of batches to `append_events`, for one caller that sends one batch at a time. It keeps its connection for a
 * moment after each batch, so that the next one is written to the socket in the same turn instead of behind all other
 * work of the process.
 */
export function createLane(pool: Pool, schema: string): (batch: EncodedBatch) => Promise<BatchOutcome> {
  const places = Array.from({ length: 16 }, (_none, place) => `$${place + 1}`).join(', ');
  const statement = {
    name: `${schema} append_events`,
    text: `select ${identifier(schema)}.append_events(${places}) as outcome`,
  };
  let held: PoolClient | undefined;
  let linger: NodeJS.Timeout | undefined;

  function give(client: PoolClient, broken: boolean): void {
    held = undefined;
    client.off('error', onError);
    client.release(broken);
  }

  // a connection that dies while it lingers; one that dies with a statement under way rejects that too
  function onError(): void {
    clearTimeout(linger);
    if (held !== undefined) give(held, true);
  }

  return async function send({ claims, events, writes }) {
    clearTimeout(linger);
    if (held === undefined) {
      held = await pool.connect();
      held.on('error', onError);
    }
    const client = held;
    try {
      const { rows } = await client.query<{ outcome: BatchOutcome }>({
        ...statement,
        values: [
          ...[claims.commands, claims.slots, claims.streams, claims.expected, claims.counts],
          ...[events.commands, events.streams, events.versions, events.ids, events.types, events.schemaVersions],
          ...[events.tenants, events.times, events.data, events.metadata, writes],
        ],
      });
      const [row] = rows;
      if (row === undefined) throw new Error('append_events gave no answer');
      return row.outcome;
    } catch (error) {
      // the server said no and is ready again, or nobody knows what the connection is doing
      if (appendFailure(error) instanceof UnknownOutcomeError && held === client) give(client, true);
      throw error;
    } finally {
      linger = setTimeout(() => {
        if (held === client) give(client, false);
      }, LINGER_MS);
    }
  };
}
