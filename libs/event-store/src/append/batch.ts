import type { AppendResult } from '../types.js';
import type { EncodedCommand } from './encode-command.js';

/** Bounds of one statement. */
export interface BatchLimits {
  readonly maxCommands: number;
  readonly maxBytes: number;
}

export const BATCH_LIMITS: BatchLimits = { maxCommands: 512, maxBytes: 4 * 1024 * 1024 };

/** The arguments of `append_events`. */
export interface EncodedBatch {
  readonly claims: string;
  readonly entries: string;
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
  const claims: string[] = [];
  const entries: string[] = [];
  const writes: string[] = [];
  commands.forEach((command, number) => {
    for (const { streamId, expectedVersion, count } of command.claims) {
      const slot = slots.get(streamId) ?? slots.size + 1;
      slots.set(streamId, slot);
      const stream = JSON.stringify(streamId);
      claims.push(
        `{"command":${number},"slot":${slot},"stream":${stream},"expected":${expectedVersion},"count":${count}}`,
      );
    }
    for (const tail of command.eventTails) entries.push(`{"command":${number},${tail}`);
    for (const tail of command.rowTails) writes.push(`{"command":${number},${tail}`);
  });
  return {
    claims: `[${claims.join(',')}]`,
    entries: `[${entries.join(',')}]`,
    writes: writes.length === 0 ? null : `[${writes.join(',')}]`,
  };
}

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
    position += command.eventTails.length;
    const last = command.claims.at(-1);
    return { appended: true, version: (last?.expectedVersion ?? 0) + (last?.count ?? 0), position };
  });
}
