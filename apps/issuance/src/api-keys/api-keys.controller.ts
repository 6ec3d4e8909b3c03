import { type ApiKeyBody, keyRoutes, type RouteInput } from '@leasehold/contracts';
import {
  AUTHENTICATOR,
  type Caller,
  CallerOf,
  DATABASE,
  type Database,
  type IdempotencyEntry,
  IdempotencyOf,
  Input,
  type Page,
  ProblemError,
  Route,
  tenantOf,
} from '@leasehold/runtime';
import { Controller, Inject } from '@nestjs/common';
import { In } from 'typeorm';
import { ApiKeyEntity } from '../database/entities.js';
import { newestFirst } from '../database/newest-first.js';
import { WRITE_PATH, type WritePath } from '../store/write-path.js';
import type { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { actorOf } from './caller-identity.js';
import { createApiKey, type CreatedApiKey } from './create-api-key.js';
import { deleteApiKey } from './delete-api-key.js';
import { showApiKey } from './show-api-key.js';

@Controller()
export class ApiKeysController {
  constructor(
    @Inject(WRITE_PATH) private readonly writePath: WritePath,
    @Inject(DATABASE) private readonly database: Database,
    @Inject(AUTHENTICATOR) private readonly authenticator: ApiKeyAuthenticator,
  ) {}

  @Route(keyRoutes.createApiKey)
  async create(
    @Input() { body }: RouteInput<typeof keyRoutes.createApiKey>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<CreatedApiKey> {
    const outcome = await createApiKey(
      this.writePath,
      { ...body, ...this.causeOf(caller), tenantId: tenantOf(caller), heldScopes: caller.scopes },
      (answer) => idempotency.rowFor(keyRoutes.createApiKey.answer.status, answer),
    );
    if ('created' in outcome) return outcome.created;
    throw new ProblemError('api_key.scope_not_held', {
      detail: `The creating key does not have: ${outcome.lacking.join(', ')}.`,
    });
  }

  @Route(keyRoutes.listApiKeys)
  list(
    @Input() { query }: RouteInput<typeof keyRoutes.listApiKeys>,
    @CallerOf() caller: Caller,
  ): Promise<Page<ApiKeyBody>> {
    const keys = this.database.dataSource.getRepository(ApiKeyEntity);
    const where = { tenantId: tenantOf(caller), kind: In(['secret', 'publishable']) };
    return newestFirst(keys, where, query, showRow);
  }

  @Route(keyRoutes.deleteApiKey)
  async delete(
    @Input() { params }: RouteInput<typeof keyRoutes.deleteApiKey>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<void> {
    const command = { ...this.causeOf(caller), tenantId: tenantOf(caller), apiKeyId: params.apiKeyId };
    const deleted = await deleteApiKey(this.writePath, command, () =>
      idempotency.rowFor(keyRoutes.deleteApiKey.answer.status, undefined),
    );
    if (deleted === undefined) throw new ProblemError('api_key.not_found');
    this.authenticator.forget(deleted.hash);
  }

  private causeOf(caller: Caller) {
    return { actor: actorOf(caller), now: this.writePath.clock.now() };
  }
}

const showRow = ({ id, tenantId, name, kind, hash, hint, scopes, rate, createdAt }: ApiKeyEntity): ApiKeyBody => {
  const key = { id, tenantId, name, hash, hint, scopes, rate, createdAt: createdAt.getTime() };
  return showApiKey({ ...key, kind: kind === 'secret' ? 'secret' : 'publishable' });
};
