import { type LicenseBody, licenseRoutes, type RouteInput } from '@leasehold/contracts';
import {
  type Answered,
  answer,
  type Caller,
  CallerOf,
  DATABASE,
  type Database,
  type IdempotencyEntry,
  IdempotencyOf,
  IfMatch,
  Input,
  type Page,
  ProblemError,
  Route,
  tenantOf,
} from '@leasehold/runtime';
import { Controller, Inject } from '@nestjs/common';
import { actorOf } from '../api-keys/caller-identity.js';
import { issueLicense } from './issue-license.js';
import { LICENSE_CONTEXT, type LicenseContext } from './license-context.js';
import { answerOf, changeOf, keepFor, problemFor } from './license-request.js';
import { listLicenseEvents, type ShownEvent } from './list-license-events.js';
import { listLicenses } from './list-licenses.js';
import { mintLicenseToken } from './mint-license-token.js';
import { describeLicense, readLicense } from './read-license.js';
import { updateLicense } from './update-license.js';

@Controller()
export class LicensesController {
  constructor(
    @Inject(LICENSE_CONTEXT) private readonly context: LicenseContext,
    @Inject(DATABASE) private readonly database: Database,
  ) {}

  @Route(licenseRoutes.issueLicense)
  async issue(
    @Input() { body }: RouteInput<typeof licenseRoutes.issueLicense>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<Answered<LicenseBody>> {
    const command = { actor: actorOf(caller), now: this.now(), tenantId: tenantOf(caller), order: body };
    return answerOf(await issueLicense(this.context, command, keepFor(licenseRoutes.issueLicense, idempotency)));
  }

  @Route(licenseRoutes.listLicenses)
  async list(
    @Input() { query }: RouteInput<typeof licenseRoutes.listLicenses>,
    @CallerOf() caller: Caller,
  ): Promise<Page<LicenseBody>> {
    const listed = await listLicenses(this.context, this.database.dataSource, tenantOf(caller), query, this.now());
    if ('refusal' in listed) throw problemFor(listed.refusal);
    if ('data' in listed) return listed;
    const pointer = `query/${listed.unreadable}`;
    throw new ProblemError('invalid_request', { errors: [{ pointer, message: 'must be a host name or a pattern' }] });
  }

  @Route(licenseRoutes.getLicense)
  async get(
    @Input() { params }: RouteInput<typeof licenseRoutes.getLicense>,
    @CallerOf() caller: Caller,
  ): Promise<Answered<LicenseBody>> {
    const license = await readLicense(this.context, tenantOf(caller), params.licenseId, this.now());
    if (license === undefined) throw new ProblemError('license.not_found');
    return answer(license, { etag: license.version });
  }

  @Route(licenseRoutes.updateLicense)
  async update(
    @Input() { params, body }: RouteInput<typeof licenseRoutes.updateLicense>,
    @CallerOf() caller: Caller,
    @IfMatch() expectedVersion: number | undefined,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<Answered<LicenseBody>> {
    const change = changeOf(caller, params.licenseId, expectedVersion, this.now());
    return answerOf(
      await updateLicense<LicenseBody>(this.context, change, body, {
        show: ({ license, kept }) => describeLicense(this.context, license, kept, change.now),
        keep: keepFor(licenseRoutes.updateLicense, idempotency),
      }),
    );
  }

  @Route(licenseRoutes.getLicenseToken)
  async token(
    @Input() { params }: RouteInput<typeof licenseRoutes.getLicenseToken>,
    @CallerOf() caller: Caller,
  ): Promise<{ readonly token: string }> {
    const minted = await mintLicenseToken(this.context, tenantOf(caller), params.licenseId);
    if ('refusal' in minted) throw problemFor(minted.refusal);
    return minted;
  }

  @Route(licenseRoutes.listLicenseEvents)
  async events(
    @Input() { params, query }: RouteInput<typeof licenseRoutes.listLicenseEvents>,
    @CallerOf() caller: Caller,
  ): Promise<Page<ShownEvent>> {
    const events = await listLicenseEvents(this.context, tenantOf(caller), params.licenseId, query);
    if (events === undefined) throw new ProblemError('license.not_found');
    return events;
  }

  private now(): number {
    return this.context.writePath.clock.now();
  }
}
