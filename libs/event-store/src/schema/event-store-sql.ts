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
  return [tables(identifier(schema)), functions(schema), grants(identifier(schema), identifier(role))].join('\n');
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

create function ${s}.append_events(claims json, entries json, writes json) returns json
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  claim record;
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

  for claim in
    select c.command, c.slot, c.stream, c.expected, c.count, coalesce(last.version, 0) as version
    from rows from (
      json_to_recordset(claims) as (command integer, slot integer, stream text, expected integer, count integer)
    ) with ordinality as c(command, slot, stream, expected, count, place)
    left join lateral (
      select e.version from ${s}.events e where e.stream_id = c.stream order by e.version desc limit 1
    ) last on true
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

  insert into ${s}.events
    (position, epoch, stream_id, version, type, schema_version, tenant_id, id, data, metadata, occurred_at)
  select head + row_number() over (order by e.place), current_epoch,
    e.stream, e.version, e.type, e.schema, e.tenant, e.id, e.data, e.metadata, e.at
  from rows from (
    json_to_recordset(entries) as (
      command integer, stream text, version integer, id uuid, type text, schema integer, tenant text,
      data json, metadata json, at timestamptz
    )
  ) with ordinality as e(command, stream, version, id, type, schema, tenant, data, metadata, at, place)
  where e.command <> all (refused);
  get diagnostics stored = row_count;
  if stored <> claimed then
    raise exception '% events for % claimed', stored, claimed using errcode = 'cardinality_violation';
  end if;

  if writes is not null then
    if cardinality(refused) > 0 then
      select json_agg(w.value order by w.ordinality) into accepted_writes
      from json_array_elements(writes) with ordinality w
      where (w.value ->> 'command')::integer <> all (refused);
    end if;
    if accepted_writes is not null then
      perform ${s}.write_rows(accepted_writes);
    end if;
  end if;

  return json_build_object('head', head, 'conflicts', conflicts);
end $$;

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

const grants = (s: string, role: string): string => `
revoke all on function ${s}.write_rows(json), ${s}.append_events(json, json, json), ${s}.begin_epoch() from public;
revoke all on ${s}.events, ${s}.event_store, ${s}.event_seal, ${s}.relay_checkpoint from public, ${role};
grant usage on schema ${s} to ${role};
grant execute on function ${s}.append_events(json, json, json) to ${role};
grant select on ${s}.events, ${s}.event_store, ${s}.event_seal, ${s}.relay_checkpoint to ${role};
grant insert on ${s}.event_seal to ${role};
grant update (epoch, position, fence, holder, lease_until) on ${s}.relay_checkpoint to ${role};
`;
