import { Client, DatabaseError } from 'pg';
import { StartFailure } from '../service/start-failure.js';
import { schemaOf, type SchemaOwner } from './database-names.js';

/** SQLSTATE undefined_object: no such role. */
const NO_SUCH_ROLE = '42704';

/**
 * Lets the users that services log in as take the role of a schema.
 *
 * @throws StartFailure when there is no such user
 */
export async function grantLogins(url: string, owner: SchemaOwner, logins: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // reported by the query that waits on it
  await client.connect();
  try {
    for (const login of logins) await client.query(`GRANT ${schemaOf(owner)} TO ${client.escapeIdentifier(login)}`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== NO_SUCH_ROLE) throw error;
    throw new StartFailure(`The services cannot log in as LEASEHOLD_MIGRATE_GRANT_TO says: ${error.message}.`, {
      cause: error,
    });
  } finally {
    await client.end();
  }
}
