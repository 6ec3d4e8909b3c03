import { InvariantError } from '../errors.js';
import type { Cursor } from '../types.js';

type Place = Cursor & { readonly streamId: string; readonly version: number };

/**
 * Asserts that a reader who goes on from a cursor has skipped nothing: within an epoch the next position follows the
 * last one, and within a stream the next version does. An event that became visible behind the reader's back, or was
 * removed, breaks the first rule at once.
 *
 * `versions` is the reader's memory, stream → last version; it is updated. A stream it does not hold may stand anywhere.
 * A new epoch clears it: a restored store may have fewer events than the reader has seen.
 * @throws {InvariantError}
 */
export function checkSequence(cursor: Cursor, rows: readonly Place[], versions: Map<string, number>): void {
  let last = cursor;
  for (const row of rows) {
    if (row.epoch !== last.epoch && last.epoch > 0) versions.clear();
    else if (row.position !== last.position + 1) {
      throw new InvariantError(
        `position ${row.position} follows ${last.position} in epoch ${row.epoch}: an event is missing`,
      );
    }
    checkVersion(row, versions);
    last = row;
  }
}

/** Asserts that a stream's rows follow one another from a version on. */
export function checkStream(fromVersion: number, rows: readonly Place[]): void {
  const [first] = rows;
  if (first === undefined) return;
  const versions = new Map([[first.streamId, fromVersion - 1]]);
  for (const row of rows) checkVersion(row, versions);
}

function checkVersion(row: Place, versions: Map<string, number>): void {
  const last = versions.get(row.streamId);
  if (last !== undefined && row.version !== last + 1) {
    throw new InvariantError(
      `version ${row.version} of ${row.streamId} follows ${last}, at position ${row.position}: an event is missing`,
    );
  }
  versions.set(row.streamId, row.version);
}
