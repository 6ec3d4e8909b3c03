import type { Pool } from 'pg';
import { positionOf } from '../read/stored-row.js';
import { identifier } from '../schema/identifier.js';
import type { Cursor, StoredRow } from '../types.js';
import { FIRST_HEAD, sealRows, type SealHead } from './seal.js';

/** Another relay has taken the lease, or this one has let it run out. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

export interface LeaseOptions {
  readonly pool: Pool;
  readonly schema: string;
  readonly instance: string;
  readonly leaseMs: number;
  readonly sealing: boolean;
}

/** One relay's time as the leader. Its number, the fencing token, is higher than that of every former term. */
export interface Term {
  readonly fence: number;
  /** Where the former term ended. */
  readonly start: Cursor;
  /** By this process's own clock, with a margin: false some time before others may take over. */
  isHeld(): boolean;
  renew(): Promise<void>;
  /**
   * Moves the checkpoint over published rows and seals them, in one transaction. Rows follow those of the last call.
   * @throws {LeaseLostError} the checkpoint is not where this term left it: nothing was written
   */
  move(rows: readonly StoredRow[], end: Cursor): Promise<void>;
  release(): Promise<void>;
}

/** How many tenants' chain heads, and streams' versions, a relay keeps in memory. */
export const MEMORY_LIMIT = 50_000;

/**
 * Takes the lease if it is free, has run out, or is this relay's own from the `former` term.
 * All times are the database's, so that replicas' clocks do not matter.
 */
export async function takeOver(options: LeaseOptions, former: Term | undefined): Promise<Term | undefined> {
  const { pool, schema, instance, leaseMs } = options;
  const asked = performance.now();
  const { rows } = await pool.query<{ fence: string; epoch: number; position: string }>(
    `update ${identifier(schema)}.relay_checkpoint
     set fence = fence + 1, holder = $1, lease_until = clock_timestamp() + $2 * interval '1 millisecond'
     where name = 'outbox' and (lease_until < clock_timestamp() or (holder = $1 and fence = $3))
     returning fence, epoch, position`,
    [instance, leaseMs, former?.fence ?? -1],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const start = { epoch: row.epoch, position: positionOf(row.position) };
  return createTerm(options, positionOf(row.fence), start, asked);
}

function createTerm(options: LeaseOptions, fence: number, start: Cursor, asked: number): Term {
  const { pool, leaseMs, sealing } = options;
  const s = identifier(options.schema);
  const heads = new Map<string, SealHead>();
  let heldSince = asked;
  let place = start;

  async function write(text: string, values: readonly unknown[]): Promise<void> {
    const before = performance.now();
    const { rowCount } = await pool.query(text, [...values]);
    if (rowCount !== 1) throw new LeaseLostError(`term ${fence} of the relay is over`);
    heldSince = before;
  }

  async function loadHeads(tenants: readonly string[]): Promise<void> {
    if (heads.size > MEMORY_LIMIT) heads.clear();
    const unknown = tenants.filter((tenant) => !heads.has(tenant));
    if (unknown.length === 0) return;
    const { rows } = await pool.query<{ tenant_id: string; n: string; hash: Buffer }>(
      `select t.tenant_id, last.n, last.hash from unnest($1::text[]) t(tenant_id) cross join lateral (
         select e.n, e.hash from ${s}.event_seal e where e.tenant_id = t.tenant_id order by e.n desc limit 1
       ) last`,
      [unknown],
    );
    for (const tenant of unknown) heads.set(tenant, FIRST_HEAD);
    for (const row of rows) heads.set(row.tenant_id, { n: positionOf(row.n), hash: row.hash });
  }

  async function sealsOf(rows: readonly StoredRow[]): Promise<string> {
    if (!sealing) return '[]';
    await loadHeads([...new Set(rows.map((row) => row.tenantId))]);
    return JSON.stringify(sealRows(rows, heads).map((seal) => ({ ...seal, hash: seal.hash.toString('hex') })));
  }

  return {
    fence,
    start,
    isHeld: () => performance.now() - heldSince < leaseMs * 0.8,
    renew: () =>
      write(
        `update ${s}.relay_checkpoint set lease_until = clock_timestamp() + $2 * interval '1 millisecond'
         where name = 'outbox' and fence = $1`,
        [fence, leaseMs],
      ),
    async move(rows, end) {
      const seals = await sealsOf(rows);
      // Not synchronous: a move lost in a crash of the database is a republication, which consumers expect, and the
      // seals are computed again. The appends' flushes carry it to disk anyway.
      await write(
        `with quick as (select set_config('synchronous_commit', 'off', true) as setting),
         moved as (
           update ${s}.relay_checkpoint c
           set epoch = $4, position = $5, lease_until = clock_timestamp() + $6 * interval '1 millisecond'
           from quick
           where name = 'outbox' and fence = $1 and c.epoch = $2 and c.position = $3 and quick.setting = 'off'
           returning 1
         ), sealed as (
           insert into ${s}.event_seal (tenant_id, n, epoch, position, hash)
           select x."tenantId", x.n, x.epoch, x.position, decode(x.hash, 'hex')
           from json_to_recordset($7) as x("tenantId" text, n bigint, epoch integer, position bigint, hash text)
           where exists (select from moved)
         )
         select from moved`,
        [fence, place.epoch, place.position, end.epoch, end.position, leaseMs, seals],
      );
      place = end;
    },
    async release() {
      await pool.query(
        `update ${s}.relay_checkpoint set lease_until = '-infinity' where name = 'outbox' and fence = $1`,
        [fence],
      );
    },
  };
}
