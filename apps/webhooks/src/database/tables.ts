/** The tables of endpoints, events and deliveries, for a migration. */
export const webhookTablesSql = (): string => `
create table endpoint (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  url text not null,
  event_types text[] not null, -- patterns
  status text not null check (status in ('enabled', 'paused', 'disabled')),
  disabled_reason text,
  secret text not null, -- ciphertext
  failing_since timestamptz(3), -- first failure after the last success
  last_failure_at timestamptz(3),
  served_at timestamptz(3) not null, -- when it last had its turn
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
) with (fillfactor = 70);
create index endpoint_tenant on endpoint (tenant_id, id);
create index endpoint_enabled on endpoint (id) where status = 'enabled';

-- what is told; only events that somebody is told of
create table event (
  id text collate "C" primary key, -- webhook-id
  tenant_id text collate "C" not null,
  type text not null,
  body text not null, -- the very text that is signed
  created_at timestamptz(3) not null
);
create index event_created_at on event (created_at);

create table delivery (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  event_id text collate "C" not null references event on delete cascade,
  event_type text not null,
  endpoint_id text collate "C" not null references endpoint on delete cascade,
  state text not null check (state in ('pending', 'succeeded', 'failed')),
  step integer not null default 0, -- retries of the schedule that are used up
  attempts_made integer not null default 0,
  due_at timestamptz(3), -- of a pending one
  claim_id text, -- of who sends it now
  lease_until timestamptz(3),
  created_at timestamptz(3) not null,
  constraint delivery_once unique (event_id, endpoint_id),
  constraint delivery_due_while_pending check ((state = 'pending') = (due_at is not null))
) with (fillfactor = 70);
create index delivery_due on delivery (endpoint_id, due_at, id) where state = 'pending';
create index delivery_claimed on delivery (endpoint_id) where claim_id is not null;
create index delivery_claim on delivery (claim_id) where claim_id is not null;
create index delivery_newest on delivery (tenant_id, id desc);
create index delivery_of_endpoint on delivery (endpoint_id, id desc);

create table attempt (
  delivery_id text collate "C" not null references delivery on delete cascade,
  number integer not null,
  at timestamptz(3) not null,
  url text not null, -- where it went
  status_code integer,
  error text,
  duration_ms integer not null,
  response bytea, -- the beginning of the answer's body
  primary key (delivery_id, number)
);
`;
