import { identifier } from './identifier.js';

export interface EventStoreSqlOptions {
  /** An existing schema, owned by the role that runs the text. */
  readonly schema: string;
  /** An existing role: the application's. It may read everything and append through the one function. */
  readonly role: string;
}

/** The key of the append lock, as an SQL expression; one lock a schema. */
export function appendLockSql(schema: string): string {
  identifier(schema);
  return `hashtextextended('leasehold.event-store.${schema}', 0)`;
}

/**
 * The store's tables and functions as SQL text, for a migration run by the schema's owner.
 *
 * A position is drawn as "the last one plus one" while the append lock is held until the commit: positions are dense and
 * their order is the order of commits. Needs READ COMMITTED (each statement of the function sees what was committed
 * before the lock was given); under a stricter level an append fails on the primary key instead of going wrong. So does a
 * version that somebody stored past the lock: who holds it has read the stream's head, and no conflict is left to the insert.
 *
 * Follow it with `rowWriterSql`, or with an own `write_rows(json)`: the one made here refuses every row.
 *
 * @example await queryRunner.query(eventStoreSql({ schema: 'issuance', role: 'issuance_app' }));
 */
export function eventStoreSql({ schema, role }: EventStoreSqlOptions): string {
  return [
    tables(identifier(schema)),
    functions(schema),
    epochs(schema),
    grants(identifier(schema), identifier(role)),
  ].join('\n');
}

const tables = (s: string): string => `
create table ${s}.event_store (
  single boolean primary key default true check (single),
  epoch integer not null check (epoch > 0)
);
insert into ${s}.event_store (epoch) values (1);

create table ${s}.events (
  position bigint not null,
  epoch integer not null,
  stream_id text not null,
  version integer not null check (version > 0),
  type text not null,
  schema_version integer not null check (schema_version > 0),
  tenant_id text not null,
  id uuid not null,
  data json not null,
  metadata json not null,
  occurred_at timestamptz(3) not null,
  primary key (epoch, position),
  unique (stream_id, version)
);

create table ${s}.relay_checkpoint (
  name text primary key,
  epoch integer not null default 0,
  position bigint not null default 0,
  fence bigint not null default 0,
  holder text not null default '',
  lease_until timestamptz not null default '-infinity'
);
insert into ${s}.relay_checkpoint (name) values ('outbox');

create table ${s}.event_seal (
  tenant_id text not null,
  n bigint not null,
  epoch integer not null,
  position bigint not null,
  hash bytea not null check (length(hash) = 32),
  primary key (tenant_id, n)
);
`;

// Sequential scans are off inside append_events: its plans are kept for the session, and one made while the table was
// nearly empty would read the whole table for each command later.
const functions = (schema: string): string => {
  const s = identifier(schema);
  return `
create function ${s}.write_rows(writes json) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if json_array_length(writes) > 0 then
    raise exception 'unknown table "%"', writes -> 0 ->> 'table' using errcode = 'undefined_table';
  end if;
end $$;

create function ${s}.append_events(
  claim_commands integer[], claim_slots integer[], claim_streams text[], claim_expected integer[], claim_counts integer[],
  commands integer[], streams text[], versions integer[], ids uuid[], types text[], schema_versions integer[],
  tenants text[], times timestamptz[], contents text, metadatas text, writes json
) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  claim record;
  last_versions integer[];      -- claim -> the stored version of its stream
  heads integer[] := '{}';      -- stream slot -> its version, the accepted claims of this batch included
  gained integer[] := '{}';     -- what the command under way has added to which slot
  current_command integer := -1;
  refused_command integer := -1;
  refused integer[] := '{}';
  conflicts jsonb := '[]';
  current_epoch integer;
  head bigint;
  claimed integer := 0;
  stored integer;
  accepted_writes json := writes;
begin
  perform pg_advisory_xact_lock(${appendLockSql(schema)});
  select epoch into strict current_epoch from ${s}.event_store;
  select position into head from ${s}.events order by epoch desc, position desc limit 1;
  head := coalesce(head, 0);
  last_versions := array(
    select coalesce(
      (select e.version from ${s}.events e where e.stream_id = c.stream order by e.version desc limit 1), 0)
    from unnest(claim_streams) with ordinality as c(stream, place)
    order by c.place
  );

  if last_versions = claim_expected
    and (select max(c.slot) from unnest(claim_slots) c(slot)) = cardinality(claim_slots)
  then -- a stream each, and all at the version that was expected: what nearly every batch is
    select coalesce(sum(c.count), 0) into claimed from unnest(claim_counts) c(count);
  else
    for claim in
      select *
      from unnest(claim_commands, claim_slots, claim_streams, claim_expected, claim_counts, last_versions) with ordinality
        as c(command, slot, stream, expected, count, version, place)
      order by c.place
    loop
      continue when claim.command = refused_command;
      if claim.command <> current_command then
        current_command := claim.command;
        gained := '{}';
      end if;
      if heads[claim.slot] is null then
        heads[claim.slot] := claim.version;
      end if;
      if heads[claim.slot] = claim.expected then
        heads[claim.slot] := claim.expected + claim.count;
        gained := gained || claim.slot || claim.count;
        claimed := claimed + claim.count;
      else
        conflicts := conflicts || jsonb_build_object(
          'command', claim.command, 'streamId', claim.stream, 'actualVersion', heads[claim.slot]);
        refused := refused || claim.command;
        refused_command := claim.command;
        for i in 1 .. cardinality(gained) by 2 loop
          heads[gained[i]] := heads[gained[i]] - gained[i + 1];
          claimed := claimed - gained[i + 1];
        end loop;
      end if;
    end loop;
  end if;

  if cardinality(refused) = 0 then
    ${insertEvents(s, 'e.place')};
  else
    ${insertEvents(s, 'row_number() over (order by e.place)')}
    where e.command <> all (refused);
  end if;
  get diagnostics stored = row_count;
  if stored <> claimed then
    raise exception '% events for % claimed', stored, claimed using errcode = 'cardinality_violation';
  end if;

  if writes is not null then
    if cardinality(refused) > 0 then
      select json_agg(json_build_object('table', run."table", 'op', run.op, 'rows', kept."rows") order by run.place)
      into accepted_writes
      from rows from (
        json_to_recordset(writes) as ("table" text, op text, commands integer[], "rows" json)
      ) with ordinality as run("table", op, commands, "rows", place)
      cross join lateral (
        select json_agg(r.value order by r.place) as "rows"
        from rows from (unnest(run.commands), json_array_elements(run."rows"))
          with ordinality as r(command, value, place)
        where r.command <> all (refused)
      ) kept
      where kept."rows" is not null;
    end if;
    if accepted_writes is not null then
      perform ${s}.write_rows(accepted_writes);
    end if;
  end if;

  return json_build_object('head', head, 'conflicts', conflicts);
end $$;
`;
};

const epochs = (schema: string): string => {
  const s = identifier(schema);
  return `
create function ${s}.begin_epoch() returns integer
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  begun integer;
begin
  perform pg_advisory_xact_lock(${appendLockSql(schema)});
  update ${s}.event_store set epoch = epoch + 1 returning epoch into begun;
  return begun;
end $$;
`;
};

/** Of the batch's columns, each event at the place that follows the last position. */
const insertEvents = (s: string, place: string): string => `insert into ${s}.events
      (position, epoch, stream_id, version, type, schema_version, tenant_id, id, data, metadata, occurred_at)
    select head + ${place}, current_epoch, e.stream, e.version, e.type, e.schema_version, e.tenant, e.id,
      e.data::json, e.metadata::json, e.at
    from rows from (
      unnest(commands, streams, versions, ids, types, schema_versions, tenants, times),
      string_to_table(contents, E'\\n'), string_to_table(metadatas, E'\\n')
    ) with ordinality
      as e(command, stream, version, id, type, schema_version, tenant, at, data, metadata, place)`;

/** The arguments' types, by which grants name the function. */
const APPEND_TYPES =
  'integer[], integer[], text[], integer[], integer[], integer[], text[], integer[], uuid[], text[], integer[], text[], ' +
  'timestamptz[], text, text, json';

const grants = (s: string, role: string): string => `
revoke all on function ${s}.write_rows(json), ${s}.append_events(${APPEND_TYPES}), ${s}.begin_epoch() from public;
revoke all on ${s}.events, ${s}.event_store, ${s}.event_seal, ${s}.relay_checkpoint from public, ${role};
grant usage on schema ${s} to ${role};
grant execute on function ${s}.append_events(${APPEND_TYPES}) to ${role};
grant select on ${s}.events, ${s}.event_store, ${s}.event_seal, ${s}.relay_checkpoint to ${role};
grant insert on ${s}.event_seal to ${role};
grant update (epoch, position, fence, holder, lease_until) on ${s}.relay_checkpoint to ${role};
`;
