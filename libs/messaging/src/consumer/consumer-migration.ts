/**
 * The tables a consuming service keeps in its own schema: how far its groups have come, and what was parked. Safe to
 * run again; the consumer finds the tables by its connection's search path.
 * @param schemaPrefix for example `metering.`; empty for the schema that comes first on the search path
 */
export const consumerMigrationSql = (schemaPrefix = ''): string => `
CREATE TABLE IF NOT EXISTS ${schemaPrefix}consumer_offset (
  group_name  text COLLATE "C" NOT NULL,
  topic       text COLLATE "C" NOT NULL,
  partition   integer NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (group_name, topic, partition)
) WITH (fillfactor = 50);

-- "failed": tried in vain, "waiting": behind a failed one of its key, "released": given up, goes once it is published
CREATE TABLE IF NOT EXISTS ${schemaPrefix}parked_record (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  group_name   text COLLATE "C" NOT NULL,
  topic        text COLLATE "C" NOT NULL,
  partition    integer NOT NULL,
  "offset"     bigint NOT NULL,
  key          text COLLATE "C" NOT NULL,
  headers      json NOT NULL,
  value        bytea,
  recorded_at  timestamptz NOT NULL,
  state        text NOT NULL CHECK (state IN ('failed', 'waiting', 'released')),
  reason       text CHECK (reason IN ('unreadable', 'handler')),
  detail       text,
  parked_at    timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz,
  UNIQUE (group_name, topic, partition, key, "offset")
);

CREATE INDEX IF NOT EXISTS parked_record_unpublished ON ${schemaPrefix}parked_record (group_name, id)
  WHERE published_at IS NULL AND state <> 'waiting';

CREATE TABLE IF NOT EXISTS ${schemaPrefix}parked_key (
  group_name text COLLATE "C" NOT NULL,
  topic      text COLLATE "C" NOT NULL,
  partition  integer NOT NULL,
  key        text COLLATE "C" NOT NULL,
  since      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (group_name, topic, partition, key)
);
`;
