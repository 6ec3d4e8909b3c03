import type { ErrorCode } from '@leasehold/contracts';
import type { RowWrite } from '@leasehold/event-store';
import {
  type Decision,
  type License,
  type LicenseCommand,
  licenseDecider,
  type LicenseEvent,
  type LicenseState,
} from '@leasehold/licensing';
import type { Cause } from '../store/commit.js';
import type { Handled, Written } from '../store/handle-command.js';
import { decideCommands } from './decide-commands.js';
import type { LicenseContext } from './license-context.js';
import { licenseRows } from './license-rows.js';
import { NO_LICENSE, type PrivatePart, type StoredLicense } from './load-license.js';

/** Why a request about a license is not done. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly detail?: string;
}

/** What became of a command on a license: its version now and what the caller is answered, or why nothing changed. */
export type Outcome<Body> = { readonly body: Body; readonly version: number } | { readonly refusal: Refusal };

/** A license after a command, with what is not in its events. */
export interface ChangedLicense {
  readonly license: License;
  readonly kept: PrivatePart;
}

/** How a use case answers, and the finished idempotency row that goes into its transaction. */
export interface Answering<Body> {
  readonly show: (changed: ChangedLicense) => Body | Promise<Body>;
  readonly keep: (body: Body, version: number) => Promise<RowWrite | undefined>;
}

export interface ChangeLicense extends Cause {
  readonly tenantId: string;
  readonly licenseId: string;
  /** `If-Match`. */
  readonly expectedVersion?: number | undefined;
  /** What to do to the license as it is, all or nothing. */
  readonly commands: (stored: StoredLicense) => readonly LicenseCommand[];
  /** What becomes of the private part with it. */
  readonly keeping?: (before: PrivatePart) => PrivatePart;
}

export const licenseStream = (licenseId: string): string => `license-${licenseId}`;

/** Every command on a license that is there: load → decide → append with the rows of the tables. */
export async function changeLicense<Body>(
  { writePath, loadLicense, publicUrl }: LicenseContext,
  change: ChangeLicense,
  { show, keep }: Answering<Body>,
): Promise<Outcome<Body>> {
  const { tenantId, licenseId, commands, keeping = (before) => before, ...cause } = change;
  let stored: StoredLicense = NO_LICENSE;
  const handled = await writePath.handleCommand({
    ...cause,
    tenantId,
    streamId: licenseStream(licenseId),
    load: async () => (stored = await loadLicense(tenantId, licenseId)),
    decide: (state): Decision<LicenseEvent, Refusal> =>
      stored.version === 0
        ? { refusal: { code: 'license.not_found' } }
        : decideCommands(state, commands(stored), publicUrl),
    evolve: licenseDecider.evolve,
    recorded,
    write: async ({ state, version }, events): Promise<Written<Body>> => {
      const after = { state, kept: keeping(stored.kept) };
      const body = await show({ license: issued(state), kept: after.kept });
      const rows = events.length === 0 ? [] : licenseRows(stored, after, cause.now);
      return { rows: [...rows, await keep(body, version)], result: body };
    },
  });
  return outcomeOf(handled);
}

/** Of a license its events carry all but what only its own decisions need. */
export const recorded = (state: LicenseState): License => issued(state);

function issued(state: LicenseState): License {
  if (state.status === 'none') throw new Error('a command on a license left no license');
  return state.license;
}

export function outcomeOf<Body>(handled: Handled<Refusal, Body>): Outcome<Body> {
  switch (handled.kind) {
    case 'done':
      return { body: handled.result, version: handled.version };
    case 'refused':
      return { refusal: handled.refusal };
    case 'conflict':
      // a license that is not there has no version that could be another
      return { refusal: { code: handled.actualVersion === 0 ? 'license.not_found' : 'license.version_conflict' } };
  }
}
