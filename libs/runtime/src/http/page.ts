import { encodeCursor } from './cursor.js';

/** What every list is asked for. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What every list answers. */
export interface Page<Item> {
  readonly data: Item[];
  /** `null` on the last page. */
  readonly nextCursor: string | null;
}

/**
 * The page that `limit + 1` rows make, or as many as there are: the one too many says that there is a next page.
 *
 * @param placeOf the sort values of a row, which the cursor of the next page carries
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  show: (row: Row) => Item,
  placeOf: (row: Row) => readonly (string | number)[],
): Page<Item> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    data: rows.slice(0, limit).map(show),
    nextCursor: last === undefined ? null : encodeCursor(placeOf(last)),
  };
}

const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** A time out of a cursor as text that a database can compare with, whatever number somebody has put there. */
export const cursorTime = (milliseconds: number): string =>
  new Date(Math.min(Math.max(milliseconds, 0), LATEST)).toISOString();
