/**
 * The table by which a consumer of numbered items knows what it has counted: per producer's boot and partition, the
 * number of the last item.
 * @param schemaPrefix for example `metering.`; empty for the schema that comes first on the search path
 */
export const sequenceMigrationSql = (schemaPrefix = ''): string => `
CREATE TABLE IF NOT EXISTS ${schemaPrefix}producer_sequence (
  boot      text COLLATE "C" NOT NULL,
  partition integer NOT NULL,
  acked     bigint NOT NULL,
  seen_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (boot, partition)
) WITH (fillfactor = 50);
`;
