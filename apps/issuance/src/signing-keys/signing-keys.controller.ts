import { keyRoutes, PLATFORM_TENANT, type RouteInput, type SigningKeyBody } from '@leasehold/contracts';
import {
  type Caller,
  CallerOf,
  type IdempotencyEntry,
  IdempotencyOf,
  Input,
  type Page,
  ProblemError,
  Route,
  SERVICE_CONTEXT,
  type ServiceContext,
  tenantOf,
} from '@leasehold/runtime';
import { Controller, Inject } from '@nestjs/common';
import { In } from 'typeorm';
import { actorOf } from '../api-keys/caller-identity.js';
import { SigningKeyEntity } from '../database/entities.js';
import { newestFirst } from '../database/newest-first.js';
import { timestamp } from '../database/row.js';
import { SECRETS, type Secrets } from '../secrets/secrets.js';
import { WRITE_PATH, type WritePath } from '../store/write-path.js';
import { isAlone } from '../tenants/is-alone.js';
import { RECEIPT_RING } from './draw-signing-key.js';
import type { RingPurpose } from './key-ring.js';
import type { RingName } from './load-key-ring.js';
import { type RotatedSigningKey, rotateSigningKey } from './rotate-signing-key.js';

@Controller()
export class SigningKeysController {
  constructor(
    @Inject(WRITE_PATH) private readonly writePath: WritePath,
    @Inject(SECRETS) private readonly secrets: Secrets,
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext<object>,
  ) {}

  @Route(keyRoutes.rotateSigningKey)
  async rotate(
    @Input() { body }: RouteInput<typeof keyRoutes.rotateSigningKey>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<RotatedSigningKey> {
    const { config, database } = this.context;
    const outcome = await rotateSigningKey(
      { writePath: this.writePath, pool: database.pool, secrets: this.secrets },
      {
        actor: actorOf(caller),
        now: this.writePath.clock.now(),
        ring: await this.ringFor(caller, body.purpose),
        activate: body.activate,
        jwksMaxAgeSeconds: config.jwksMaxAgeSeconds,
      },
      (answer) => idempotency.rowFor(keyRoutes.rotateSigningKey.answer.status, answer),
    );
    if ('refusal' in outcome) throw new ProblemError(outcome.refusal);
    return outcome.rotated;
  }

  /** A tenant's own keys, and those of the platform, which every tenant's receipts are signed with. */
  @Route(keyRoutes.listSigningKeys)
  list(
    @Input() { query }: RouteInput<typeof keyRoutes.listSigningKeys>,
    @CallerOf() caller: Caller,
  ): Promise<Page<SigningKeyBody>> {
    const keys = this.context.database.dataSource.getRepository(SigningKeyEntity);
    return newestFirst(keys, { tenantId: In([tenantOf(caller), PLATFORM_TENANT]) }, query, showSigningKey);
  }

  private async ringFor(caller: Caller, purpose: RingPurpose): Promise<RingName> {
    if (purpose === 'license') {
      if (caller.kind === 'operator') {
        throw new ProblemError('secret_key_required', {
          detail: 'License keys belong to a tenant: use its secret key.',
        });
      }
      return { tenantId: tenantOf(caller), purpose };
    }
    if (caller.kind !== 'operator' && !(await isAlone(this.context.database.pool))) {
      throw new ProblemError('operator_key_required');
    }
    return RECEIPT_RING;
  }
}

const showSigningKey = (key: SigningKeyEntity): SigningKeyBody => ({
  kid: key.id,
  purpose: key.purpose,
  status: key.status,
  createdAt: timestamp(key.createdAt.getTime()),
  activatesAt: timestamp(key.activatesAt.getTime()),
  retiresAt: key.retiresAt === null ? null : timestamp(key.retiresAt.getTime()),
});
