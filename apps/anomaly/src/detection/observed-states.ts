import type { ClientBase } from 'pg';
import type { LicenseState } from '../rules/observe-license.js';

// the rows need no lock: a license's validations are all in one partition, whose offset the transaction has locked
const LOAD = 'select license_id, state from license_observed where license_id = any ($1::text[])';
const SAVE = `
  insert into license_observed (license_id, state)
  select license_id, state from unnest($1::text[], $2::json[]) as r (license_id, state)
  on conflict (license_id) do update set state = excluded.state`;

/** What the rules remember of these licenses; none of those they have never seen. */
export async function loadStates(
  transaction: ClientBase,
  licenseIds: readonly string[],
): Promise<ReadonlyMap<string, LicenseState>> {
  const { rows } = await transaction.query<{ license_id: string; state: LicenseState }>({
    name: 'load-observed',
    text: LOAD,
    values: [licenseIds],
  });
  return new Map(rows.map(({ license_id, state }) => [license_id, state]));
}

export async function saveStates(transaction: ClientBase, states: ReadonlyMap<string, LicenseState>): Promise<void> {
  const values = [[...states.keys()], [...states.values()].map((state) => JSON.stringify(state))];
  await transaction.query({ name: 'save-observed', text: SAVE, values });
}
