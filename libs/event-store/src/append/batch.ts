import type { AppendResult } from '../types.js';
import { arrayElement, type Claim, type EncodedCommand, type EncodedEvent } from './encode-command.js';

/** Bounds of one statement. */
export interface BatchLimits {
  readonly maxCommands: number;
  readonly maxBytes: number;
}

export const BATCH_LIMITS: BatchLimits = { maxCommands: 512, maxBytes: 4 * 1024 * 1024 };

/**
 * The arguments of `append_events`, by column: array literals, but `data` and `metadata`, which are JSON texts a line each.
 * PostgreSQL takes columns apart in half the time that it needs for an array of objects.
 */
export interface EncodedBatch {
  readonly claims: {
    readonly commands: string;
    readonly slots: string;
    readonly streams: string;
    readonly expected: string;
    readonly counts: string;
  };
  readonly events: {
    readonly commands: string;
    readonly streams: string;
    readonly versions: string;
    readonly ids: string;
    readonly types: string;
    readonly schemaVersions: string;
    readonly tenants: string;
    readonly times: string;
    readonly data: string;
    readonly metadata: string;
  };
  /** JSON: runs of rows for one table, changed in one way; see `encodeWrites`. */
  readonly writes: string | null;
}

/** What `append_events` answers: the last position before the batch, and who was refused. */
export interface BatchOutcome {
  readonly head: number;
  readonly conflicts: readonly {
    readonly command: number;
    readonly streamId: string;
    readonly actualVersion: number;
  }[];
}

/** How many of the waiting commands go together: at least one, within the limits. */
export function batchLength(waiting: readonly { readonly command: EncodedCommand }[], limits: BatchLimits): number {
  let bytes = 0;
  let length = 0;
  for (const { command } of waiting) {
    bytes += command.bytes;
    if (length === limits.maxCommands || (length > 0 && bytes > limits.maxBytes)) break;
    length++;
  }
  return length;
}

export function encodeBatch(commands: readonly EncodedCommand[]): EncodedBatch {
  const slots = new Map<string, number>();
  const claims: Claim[] = [];
  const events: EncodedEvent[] = [];
  const of = { claims: [] as number[], slots: [] as number[], events: [] as number[] };
  commands.forEach((one, command) => {
    for (const claim of one.claims) {
      const slot = slots.get(claim.streamId) ?? slots.size + 1;
      slots.set(claim.streamId, slot);
      of.slots.push(slot);
      of.claims.push(command);
      claims.push(claim);
    }
    for (const event of one.events) {
      of.events.push(command);
      events.push(event);
    }
  });
  return {
    claims: {
      commands: `{${of.claims.join(',')}}`,
      slots: `{${of.slots.join(',')}}`,
      streams: array(claims, ({ streamId }) => arrayElement(streamId)),
      expected: array(claims, ({ expectedVersion }) => expectedVersion),
      counts: array(claims, ({ count }) => count),
    },
    events: {
      commands: `{${of.events.join(',')}}`,
      streams: array(events, ({ stream }) => stream),
      versions: array(events, ({ version }) => version),
      ids: array(events, ({ id }) => id),
      types: array(events, ({ type }) => type),
      schemaVersions: array(events, ({ schemaVersion }) => schemaVersion),
      tenants: array(events, ({ tenant }) => tenant),
      times: array(events, ({ at }) => at),
      // JSON has no line break but as an escape
      data: events.map(({ data }) => data).join('\n'),
      metadata: events.map(({ metadata }) => metadata).join('\n'),
    },
    writes: encodeWrites(commands),
  };
}

interface Run {
  readonly op: string;
  readonly table: string;
  readonly commands: number[];
  readonly rows: string[];
}

/**
 * The rows of all commands as runs, each of which PostgreSQL writes as a set. The order within a table is kept, the
 * one between tables is not.
 */
function encodeWrites(commands: readonly EncodedCommand[]): string | null {
  const runs: Run[] = [];
  const latest = new Map<string, Run>();
  commands.forEach((one, command) => {
    for (const { table, op, row } of one.rows) {
      let run = latest.get(table);
      if (run?.op !== op) {
        run = { table, op, commands: [], rows: [] };
        latest.set(table, run);
        runs.push(run);
      }
      run.commands.push(command);
      run.rows.push(row);
    }
  });
  if (runs.length === 0) return null;
  const texts = runs.map(
    ({ table, op, commands: of, rows }) =>
      `{"table":${JSON.stringify(table)},"op":${JSON.stringify(op)},"commands":[${of.join(',')}],"rows":[${rows.join(',')}]}`,
  );
  return `[${texts.join(',')}]`;
}

const array = <Item>(items: readonly Item[], element: (item: Item) => string | number): string =>
  `{${items.map(element).join(',')}}`;

/** One result per command, in their order. */
export function resultsOf(commands: readonly EncodedCommand[], outcome: BatchOutcome): readonly AppendResult[] {
  const refused = new Map(outcome.conflicts.map((conflict) => [conflict.command, conflict]));
  let position = outcome.head;
  return commands.map((command, number): AppendResult => {
    const conflict = refused.get(number);
    if (conflict !== undefined) {
      const { streamId, actualVersion } = conflict;
      return { appended: false, conflict: true, streamId, actualVersion };
    }
    position += command.events.length;
    const last = command.claims.at(-1);
    return { appended: true, version: (last?.expectedVersion ?? 0) + (last?.count ?? 0), position };
  });
}
