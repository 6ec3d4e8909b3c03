import { isDeepStrictEqual } from 'node:util';
import type { licenseRoutes, RouteInput } from '@leasehold/contracts';
import type { LicenseCommand } from '@leasehold/licensing';
import type { Cause } from '../store/commit.js';
import { type Answering, changeLicense, type ChangeLicense, type Outcome } from './change-license.js';
import type { LicenseContext } from './license-context.js';
import type { StoredLicense } from './load-license.js';

type Update = RouteInput<typeof licenseRoutes.updateLicense>['body'];

/** Changes features, limits and metadata together; what stays the same makes no event. */
export const updateLicense = <Body>(
  context: LicenseContext,
  change: Omit<ChangeLicense, 'commands' | 'keeping'>,
  update: Update,
  answering: Answering<Body>,
): Promise<Outcome<Body>> =>
  changeLicense(
    context,
    {
      ...change,
      commands: (stored) => commandsOf(update, stored, change),
      keeping: (before) => (update.metadata === undefined ? before : { ...before, metadata: update.metadata }),
    },
    answering,
  );

function commandsOf(update: Update, { kept }: StoredLicense, { now, actor }: Cause): readonly LicenseCommand[] {
  const { features, limits, metadata } = update;
  const cause = { now, actor } as const;
  return [
    ...(features === undefined ? [] : [{ type: 'ChangeFeatures', features, ...cause } as const]),
    ...(limits === undefined ? [] : [{ type: 'ChangeLimits', limits, ...cause } as const]),
    ...(metadata === undefined || isDeepStrictEqual(metadata, kept.metadata)
      ? []
      : [{ type: 'ChangeMetadata', ...cause } as const]),
  ];
}
