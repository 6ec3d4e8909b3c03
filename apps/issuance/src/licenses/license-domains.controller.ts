import { type BoundDomainBody, licenseRoutes, type RouteInput } from '@leasehold/contracts';
import type { License } from '@leasehold/licensing';
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
import { changeLicense } from './change-license.js';
import { LICENSE_CONTEXT, type LicenseContext } from './license-context.js';
import { answerOf, changeOf, keepFor } from './license-request.js';
import { showBinding } from './show-license.js';

/** Binding and releasing domains of a license. A domain in a path is percent-encoded as any text: `%2A.example.com`. */
@Controller()
export class LicenseDomainsController {
  constructor(@Inject(LICENSE_CONTEXT) private readonly context: LicenseContext) {}

  @Route(licenseRoutes.bindDomain)
  async bind(
    @Input() { params, body }: RouteInput<typeof licenseRoutes.bindDomain>,
    @CallerOf() caller: Caller,
    @IfMatch() expected: number | undefined,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<Answered<BoundDomainBody>> {
    const change = changeOf(caller, params.licenseId, expected, this.context.writePath.clock.now());
    const { now, actor } = change;
    return answerOf(
      await changeLicense(
        this.context,
        { ...change, commands: () => [{ type: 'BindDomain', ...body, now, actor }] },
        { show: ({ license }) => newestBinding(license), keep: keepFor(licenseRoutes.bindDomain, idempotency) },
      ),
    );
  }

  @Route(licenseRoutes.releaseDomain)
  async release(
    @Input() { params }: RouteInput<typeof licenseRoutes.releaseDomain>,
    @CallerOf() caller: Caller,
    @IfMatch() expected: number | undefined,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<Answered<undefined>> {
    const change = changeOf(caller, params.licenseId, expected, this.context.writePath.clock.now());
    const { now, actor } = change;
    return answerOf(
      await changeLicense<undefined>(
        this.context,
        { ...change, commands: () => [{ type: 'ReleaseDomain', domain: params.domain, now, actor }] },
        { show: () => undefined, keep: keepFor(licenseRoutes.releaseDomain, idempotency) },
      ),
    );
  }
}

/** A domain that is bound already is refused, so the one asked for is always the last. */
function newestBinding({ bindings }: License): BoundDomainBody {
  const binding = bindings.at(-1);
  if (binding === undefined) throw new Error('a bound domain is not among the bindings');
  return showBinding(binding);
}
