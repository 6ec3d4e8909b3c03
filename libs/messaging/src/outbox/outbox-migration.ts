/**
 * The table in which a consumer leaves what it has to tell, in the transaction that decided it. Rows go once they are
 * published, so that a row committed late is found like any other: no cursor can pass it by.
 * @param schemaPrefix for example `metering.`; empty for the schema that comes first on the search path
 */
export const outboxMigrationSql = (schemaPrefix = ''): string => `
CREATE TABLE IF NOT EXISTS ${schemaPrefix}outbox (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic     text COLLATE "C" NOT NULL,
  partition integer NOT NULL,
  key       text COLLATE "C" NOT NULL,
  headers   json NOT NULL,
  value     bytea
);
`;
