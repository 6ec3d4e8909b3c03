import type { ClientBase } from 'pg';
import type { LicenseContext } from './license-context.js';

const WRITE = `
  INSERT INTO license_context AS c (license_id, version, context)
  SELECT context ->> 'licenseId', (context ->> 'version')::int, context FROM json_array_elements($1::json) AS context
  ON CONFLICT (license_id) DO UPDATE SET version = excluded.version, context = excluded.context
  WHERE c.version < excluded.version`;

/** Never goes back to an older version. */
export async function writeContexts(transaction: ClientBase, contexts: readonly LicenseContext[]): Promise<void> {
  if (contexts.length === 0) return;
  await transaction.query({ name: 'write-contexts', text: WRITE, values: [JSON.stringify(contexts)] });
}
