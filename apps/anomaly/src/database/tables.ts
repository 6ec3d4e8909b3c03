/** The tables of detection, for a migration. */
export const anomalyTablesSql = (): string => `
-- which licenses a tenant has
create table license (
  id text collate "C" primary key,
  tenant_id text collate "C" not null
);

-- what the rules remember of a license; written by the consumer of its partition only
create table license_observed (
  license_id text collate "C" primary key,
  state json not null
) with (fillfactor = 70);

create table finding (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  product_id text collate "C" not null,
  license_id text collate "C" not null,
  rule text not null,
  generation integer not null,
  severity text not null check (severity in ('info', 'warning', 'critical')),
  status text not null check (status in ('open', 'acknowledged', 'resolved', 'muted')),
  count bigint not null,
  requested_domain text,
  bound_domain text,
  first_seen_at timestamptz(3) not null,
  last_seen_at timestamptz(3) not null,
  last_told_at timestamptz(3) not null,
  evidence json not null,
  constraint finding_generation unique (license_id, rule, generation)
) with (fillfactor = 70);
create unique index finding_present on finding (license_id, rule) where status <> 'resolved';
create index finding_last_seen on finding (tenant_id, last_seen_at desc, id desc);
create index finding_of_license on finding (license_id, last_seen_at desc, id desc);
`;
