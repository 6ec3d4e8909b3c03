import type { RowWrite } from '@leasehold/event-store';
import type { Instant } from '@leasehold/licensing';
import { TABLES } from './tables.js';

type Table = keyof typeof TABLES;
type Key<T extends Table> = Record<(typeof TABLES)[T]['key'][number], unknown>;
type Row<T extends Table> = Record<(typeof TABLES)[T]['columns'][number], unknown>;

/** A new row, with every column. */
export const inserted = <T extends Table>(table: T, row: Row<T>): RowWrite => write(table, 'insert', row);

/** A row that is new or replaces the one with its key. */
export const upserted = <T extends Table>(table: T, row: Row<T>): RowWrite => write(table, 'upsert', row);

/** The columns that change, of a row that must be there. */
export const updated = <T extends Table>(table: T, row: Key<T> & Partial<Row<T>>): RowWrite =>
  write(table, 'update', row);

/** Removes a row, if it is there. */
export const deleted = <T extends Table>(table: T, key: Key<T>): RowWrite => write(table, 'delete', key);

const write = (table: Table, op: RowWrite['op'], row: RowWrite['row']): RowWrite => ({
  table: TABLES[table].name,
  op,
  row,
});

/** An instant as a row holds it. */
export const timestamp = (instant: Instant): string => new Date(instant).toISOString();

export const timestampOrNull = (instant: Instant | null): string | null =>
  instant === null ? null : timestamp(instant);
