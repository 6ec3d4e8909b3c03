import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, DatabaseError } from 'pg';

/**
 * SQLSTATEs of a race with another database of the same server, whose roles are ours too: unique_violation,
 * duplicate_object, and the internal "tuple concurrently updated".
 */
const RACES = ['23505', '42710', 'XX000'];
const ATTEMPTS = 20;

/**
 * Makes the schema and its application role, which shares its name: it cannot log in, owns nothing, and may by default
 * read and write rows of the tables that migrations make. A migration takes away what a table must not allow.
 */
export async function ensureSchema(owner: Client, schema: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await owner.query(roleStatements(schema));
      break;
    } catch (error) {
      const raced = error instanceof DatabaseError && RACES.includes(error.code ?? '');
      if (!raced || attempt === ATTEMPTS) throw error;
      await sleep(10 * attempt);
    }
  }
  await owner.query(schemaStatements(schema));
}

const roleStatements = (role: string): string => `
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN
    CREATE ROLE ${role} NOLOGIN;
  END IF;
  IF NOT pg_has_role(current_user, '${role}', 'SET') THEN
    GRANT ${role} TO CURRENT_USER;
  END IF;
END
$$`;

const schemaStatements = (schema: string): string => `
CREATE SCHEMA IF NOT EXISTS ${schema};
GRANT USAGE ON SCHEMA ${schema} TO ${schema};
ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${schema};
ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT USAGE, SELECT ON SEQUENCES TO ${schema};
ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT EXECUTE ON FUNCTIONS TO ${schema};`;
