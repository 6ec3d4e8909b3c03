import { Client } from 'pg';
import { schemaOf, type SchemaOwner } from './database-names.js';

/** Lets the users that services log in as take the role of a schema. */
export async function grantLogins(url: string, owner: SchemaOwner, logins: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // reported by the query that waits on it
  await client.connect();
  try {
    for (const login of logins) await client.query(`GRANT ${schemaOf(owner)} TO ${client.escapeIdentifier(login)}`);
  } finally {
    await client.end();
  }
}
