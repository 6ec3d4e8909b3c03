const TABLES = `
CREATE SCHEMA IF NOT EXISTS event_log;

CREATE TABLE IF NOT EXISTS event_log.log_topic (
  name         text COLLATE "C" PRIMARY KEY,
  partitions   integer NOT NULL CHECK (partitions > 0),
  cleanup      text NOT NULL CHECK (cleanup IN ('delete', 'compact')),
  retention_ms bigint
);

-- The counter row of a partition is locked by each append until its commit: offset order is commit order.
CREATE TABLE IF NOT EXISTS event_log.log_partition (
  topic        text COLLATE "C" NOT NULL REFERENCES event_log.log_topic (name),
  partition    integer NOT NULL,
  next_offset  bigint NOT NULL DEFAULT 0,
  compacted_to bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

CREATE TABLE IF NOT EXISTS event_log.log_record (
  topic     text COLLATE "C" NOT NULL,
  partition integer NOT NULL,
  "offset"  bigint NOT NULL,
  key       text COLLATE "C" NOT NULL,
  headers   json NOT NULL,
  value     bytea,
  at        timestamptz NOT NULL,
  PRIMARY KEY (topic, partition, "offset")
);

CREATE INDEX IF NOT EXISTS log_record_tombstone ON event_log.log_record (topic, partition, "offset")
  WHERE value IS NULL;

CREATE TABLE IF NOT EXISTS event_log.log_group (
  name  text COLLATE "C" PRIMARY KEY,
  epoch bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE IF NOT EXISTS event_log.log_member (
  group_name text COLLATE "C" NOT NULL REFERENCES event_log.log_group (name),
  member     text COLLATE "C" NOT NULL,
  instance   text NOT NULL,
  boot       text NOT NULL,
  topics     text[] NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (group_name, member)
) WITH (fillfactor = 50);

CREATE TABLE IF NOT EXISTS event_log.log_lease (
  group_name text COLLATE "C" NOT NULL REFERENCES event_log.log_group (name),
  topic      text COLLATE "C" NOT NULL,
  partition  integer NOT NULL,
  fence      bigint NOT NULL,
  member     text,
  PRIMARY KEY (group_name, topic, partition)
);

CREATE TABLE IF NOT EXISTS event_log.log_group_offset (
  group_name  text COLLATE "C" NOT NULL,
  topic       text COLLATE "C" NOT NULL,
  partition   integer NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (group_name, topic, partition)
) WITH (fillfactor = 50);
`;

const APPEND = `
-- One call is one append. The partitions come as three arrays in one order, the records point at them: "slots" is the
-- index (from 1) of the partition, "places" the place (from 0) within it, "starts" and "sizes" the value in "body" (a size of -1 is a
-- tombstone). Counter rows are locked in the order of their key, so that appends cannot block each other in a circle.
CREATE OR REPLACE FUNCTION event_log.append(
  p_topics text[], p_partitions integer[], p_counts integer[],
  p_slots integer[], p_places integer[], p_keys text[], p_headers text[],
  p_starts integer[], p_sizes integer[], p_body bytea
) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
  v_bases bigint[];
  v_at timestamptz;
BEGIN
  PERFORM 1 FROM event_log.log_partition p
    JOIN unnest(p_topics, p_partitions) AS w (topic, partition) ON w.topic = p.topic AND w.partition = p.partition
    ORDER BY p.topic, p.partition FOR UPDATE OF p;
  WITH moved AS (
    UPDATE event_log.log_partition p SET next_offset = p.next_offset + w.count
      FROM unnest(p_topics, p_partitions, p_counts) WITH ORDINALITY AS w (topic, partition, count, slot)
      WHERE p.topic = w.topic AND p.partition = w.partition
      RETURNING w.slot, p.next_offset - w.count AS base
  )
  SELECT array_agg(base ORDER BY slot) INTO v_bases FROM moved;
  IF coalesce(cardinality(v_bases), 0) <> cardinality(p_topics) THEN
    RAISE EXCEPTION 'an append names a partition that does not exist';
  END IF;
  v_at := clock_timestamp();
  INSERT INTO event_log.log_record (topic, partition, "offset", key, headers, value, at)
    SELECT p_topics[r.slot], p_partitions[r.slot], v_bases[r.slot] + r.place, r.key, r.headers::json,
      CASE WHEN r.size >= 0 THEN substring(p_body FROM r.start + 1 FOR r.size) END, v_at
    FROM unnest(p_slots, p_places, p_keys, p_headers, p_starts, p_sizes)
      AS r (slot, place, key, headers, start, size);
  RETURN v_bases;
END $$;
`;

/**
 * The tables of the embedded log, in the schema `event_log`. Safe to run again. Run it as the owner; services use the
 * log with the rights of `eventLogGrantSql`.
 */
export const eventLogMigrationSql = (): string => TABLES + APPEND;

/**
 * What a role needs to publish, consume and keep house in the log.
 * @param role name of an existing role, as it is (it gets quoted here)
 */
export const eventLogGrantSql = (role: string): string => {
  const quoted = `"${role.replaceAll('"', '""')}"`;
  return `
GRANT USAGE ON SCHEMA event_log TO ${quoted};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA event_log TO ${quoted};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA event_log TO ${quoted};
`;
};
