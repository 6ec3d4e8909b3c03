/**
 * The management tables, for a migration: what lists and GETs read, written together with the events they come from.
 * No foreign keys: rows are written by one function in the order of the events, and nothing but API keys is deleted.
 */
export const managementTablesSql = (role: string): string => `
create table tenant (
  id text primary key,
  name text not null,
  created_at timestamptz(3) not null
);
create index tenant_newest on tenant (created_at desc, id desc);

create table api_key (
  id text primary key,
  tenant_id text not null, -- 'platform': the operator key
  name text not null,
  kind text not null check (kind in ('secret', 'publishable', 'operator')),
  hash text not null, -- SHA-256 of the key, hex
  hint text not null,
  scopes json not null,
  rate json,
  created_at timestamptz(3) not null,
  constraint api_key_hash unique (hash)
);
create index api_key_newest on api_key (tenant_id, created_at desc, id desc);

create table product (
  id text primary key,
  tenant_id text not null,
  name text not null,
  created_at timestamptz(3) not null
);
create index product_newest on product (tenant_id, created_at desc, id desc);

create table plan (
  id text primary key,
  tenant_id text not null,
  product_id text not null,
  state json not null, -- Plan of the domain
  created_at timestamptz(3) not null
);
create index plan_newest on plan (tenant_id, created_at desc, id desc);

create table signing_key (
  kid text primary key,
  tenant_id text not null, -- 'platform': receipt keys
  purpose text not null check (purpose in ('license', 'receipt')),
  status text not null check (status in ('pending', 'active', 'retiring', 'retired')),
  x text not null, -- the public key, base64url
  ciphertext text not null, -- license: under issuance's key-encryption key; receipt: under validation's
  version integer not null, -- of its stream
  created_at timestamptz(3) not null,
  activates_at timestamptz(3) not null,
  retires_at timestamptz(3)
);
create index signing_key_newest on signing_key (tenant_id, created_at desc, kid desc);
create index signing_key_retires on signing_key (retires_at) where status = 'retiring';
-- at most one waits and one signs: two rotations at once cannot both commit
create unique index signing_key_pending on signing_key (tenant_id, purpose) where status = 'pending';
create unique index signing_key_active on signing_key (tenant_id, purpose) where status = 'active';

-- the columns beside the state are what lists filter by and the clock decides upon
create table license (
  id text primary key,
  tenant_id text not null,
  product_id text not null,
  plan_id text not null,
  customer_reference text,
  trial boolean not null,
  suspended boolean not null,
  cancelled boolean not null,
  revoked boolean not null,
  expires_at timestamptz(3), -- null: perpetual
  grace_ends_at timestamptz(3),
  version integer not null, -- of its stream: the entity tag
  state json not null, -- the aggregate's state
  created_at timestamptz(3) not null
);
create index license_newest on license (tenant_id, created_at desc, id desc);
create index license_plan on license (plan_id, created_at desc, id desc);
create index license_customer on license (tenant_id, customer_reference, created_at desc, id desc)
  where customer_reference is not null;

-- the present bindings, for the filter by domain
create table license_domain (
  license_id text not null,
  domain text not null, -- canonical pattern
  tenant_id text not null,
  primary key (license_id, domain)
);
create index license_domain_domain on license_domain (tenant_id, domain);

-- what must not be in events; a license without any of it has no row
create table license_private (
  license_id text primary key,
  email text,
  metadata json,
  key_ciphertext text -- the newest key once it is not the id any more
);

-- when the scheduler has to look at a license next
create table deadline (
  license_id text primary key,
  due_at timestamptz(3) not null,
  claimed_until timestamptz(3)
);
create index deadline_due on deadline (due_at);

-- that the first start has happened, and its keys until somebody has seen them
create table bootstrap (
  single boolean primary key default true check (single),
  tenant_id text not null,
  ciphertext text
);

-- written by appends only, which run as the owner
revoke insert, update, delete on
  tenant, api_key, product, plan, signing_key, license, license_domain, license_private
from ${role};
`;
