import { type LicenseBody, licenseRoutes, type RouteDefinition, type RouteInput } from '@leasehold/contracts';
import type { LicenseCommand } from '@leasehold/licensing';
import {
  type Answered,
  type Caller,
  CallerOf,
  type IdempotencyEntry,
  IdempotencyOf,
  IfMatch,
  Input,
  Route,
} from '@leasehold/runtime';
import { Controller, Inject } from '@nestjs/common';
import { type Answering, changeLicense, type ChangeLicense } from './change-license.js';
import { changeLicensePlan } from './change-license-plan.js';
import { LICENSE_CONTEXT, type LicenseContext } from './license-context.js';
import { answerOf, changeOf, keepFor } from './license-request.js';
import { describeLicense } from './read-license.js';
import { rotateLicenseKey } from './rotate-license-key.js';

type Change = Omit<ChangeLicense, 'commands' | 'keeping'>;
type Details<C> = C extends LicenseCommand ? Omit<C, 'now' | 'actor'> : never;

/** Commands on a license that answer it as it is then. What each means is for libs/licensing to say. */
@Controller()
export class LicenseCommandsController {
  constructor(@Inject(LICENSE_CONTEXT) private readonly context: LicenseContext) {}

  @Route(licenseRoutes.renewLicense)
  renew(
    @Input() { params, body }: RouteInput<typeof licenseRoutes.renewLicense>,
    @CallerOf() caller: Caller,
    @IfMatch() expected: number | undefined,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<Answered<LicenseBody>> {
    return this.run(licenseRoutes.renewLicense, idempotency, this.changeOf(caller, params.licenseId, expected), {
      type: 'RenewLicense',
      expiresAt: body.expiresAt ?? null,
    });
  }

  @Route(licenseRoutes.suspendLicense)
  suspend(
    @Input() { params, body }: RouteInput<typeof licenseRoutes.suspendLicense>,
    @CallerOf() caller: Caller,
    @IfMatch() expected: number | undefined,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<Answered<LicenseBody>> {
    return this.run(licenseRoutes.suspendLicense, idempotency, this.changeOf(caller, params.licenseId, expected), {
      type: 'SuspendLicense',
      reason: body.reason,
    });
  }

  @Route(licenseRoutes.reinstateLicense)
  reinstate(
    @Input() { params, body }: RouteInput<typeof licenseRoutes.reinstateLicense>,
    @CallerOf() caller: Caller,
    @IfMatch() expected: number | undefined,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<Answered<LicenseBody>> {
    return this.run(licenseRoutes.reinstateLicense, idempotency, this.changeOf(caller, params.licenseId, expected), {
      type: 'ReinstateLicense',
      reason: body.reason,
    });
  }

  @Route(licenseRoutes.cancelLicense)
  cancel(
    @Input() { params, body }: RouteInput<typeof licenseRoutes.cancelLicense>,
    @CallerOf() caller: Caller,
    @IfMatch() expected: number | undefined,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<Answered<LicenseBody>> {
    return this.run(licenseRoutes.cancelLicense, idempotency, this.changeOf(caller, params.licenseId, expected), {
      type: 'CancelLicense',
      note: body.note ?? null,
    });
  }

  @Route(licenseRoutes.revokeLicense)
  revoke(
    @Input() { params, body }: RouteInput<typeof licenseRoutes.revokeLicense>,
    @CallerOf() caller: Caller,
    @IfMatch() expected: number | undefined,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<Answered<LicenseBody>> {
    return this.run(licenseRoutes.revokeLicense, idempotency, this.changeOf(caller, params.licenseId, expected), {
      type: 'RevokeLicense',
      note: body.note ?? null,
    });
  }

  @Route(licenseRoutes.rotateLicenseKey)
  async rotateKey(
    @Input() { params, body }: RouteInput<typeof licenseRoutes.rotateLicenseKey>,
    @CallerOf() caller: Caller,
    @IfMatch() expected: number | undefined,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<Answered<LicenseBody>> {
    const change = this.changeOf(caller, params.licenseId, expected);
    const answering = this.answering(licenseRoutes.rotateLicenseKey, idempotency, change);
    return answerOf(await rotateLicenseKey(this.context, change, body.overlapHours, answering));
  }

  @Route(licenseRoutes.changeLicensePlan)
  async changePlan(
    @Input() { params, body }: RouteInput<typeof licenseRoutes.changeLicensePlan>,
    @CallerOf() caller: Caller,
    @IfMatch() expected: number | undefined,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<Answered<LicenseBody>> {
    const change = this.changeOf(caller, params.licenseId, expected);
    const answering = this.answering(licenseRoutes.changeLicensePlan, idempotency, change);
    return answerOf(await changeLicensePlan(this.context, change, body.planId, answering));
  }

  @Route(licenseRoutes.moveDomain)
  moveDomain(
    @Input() { params, body }: RouteInput<typeof licenseRoutes.moveDomain>,
    @CallerOf() caller: Caller,
    @IfMatch() expected: number | undefined,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<Answered<LicenseBody>> {
    return this.run(licenseRoutes.moveDomain, idempotency, this.changeOf(caller, params.licenseId, expected), {
      type: 'MoveDomain',
      from: body.from,
      to: body.to,
    });
  }

  private changeOf(caller: Caller, licenseId: string, expectedVersion: number | undefined): Change {
    return changeOf(caller, licenseId, expectedVersion, this.context.writePath.clock.now());
  }

  private answering(route: RouteDefinition, idempotency: IdempotencyEntry, { now }: Change): Answering<LicenseBody> {
    return {
      show: ({ license, kept }) => describeLicense(this.context, license, kept, now),
      keep: keepFor(route, idempotency),
    };
  }

  private async run(
    route: RouteDefinition,
    idempotency: IdempotencyEntry,
    change: Change,
    details: Details<LicenseCommand>,
  ): Promise<Answered<LicenseBody>> {
    const { now, actor } = change;
    const answering = this.answering(route, idempotency, change);
    const commands = () => [{ ...details, now, actor }];
    return answerOf(await changeLicense(this.context, { ...change, commands }, answering));
  }
}
