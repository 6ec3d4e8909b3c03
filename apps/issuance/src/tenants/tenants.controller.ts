import { keyRoutes, type RouteInput, type TenantBody } from '@leasehold/contracts';
import {
  type Caller,
  CallerOf,
  DATABASE,
  type Database,
  type IdempotencyEntry,
  IdempotencyOf,
  Input,
  type Page,
  Route,
} from '@leasehold/runtime';
import { Controller, Inject } from '@nestjs/common';
import { actorOf } from '../api-keys/caller-identity.js';
import { TenantEntity } from '../database/entities.js';
import { newestFirst } from '../database/newest-first.js';
import { timestamp } from '../database/row.js';
import { SECRETS, type Secrets } from '../secrets/secrets.js';
import { WRITE_PATH, type WritePath } from '../store/write-path.js';
import { type CreatedTenant, createTenant } from './create-tenant.js';

@Controller()
export class TenantsController {
  constructor(
    @Inject(WRITE_PATH) private readonly writePath: WritePath,
    @Inject(SECRETS) private readonly secrets: Secrets,
    @Inject(DATABASE) private readonly database: Database,
  ) {}

  @Route(keyRoutes.createTenant)
  create(
    @Input() { body }: RouteInput<typeof keyRoutes.createTenant>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<CreatedTenant> {
    const command = { actor: actorOf(caller), now: this.writePath.clock.now(), name: body.name };
    return createTenant(this.writePath, this.secrets, command, (answer) =>
      idempotency.rowFor(keyRoutes.createTenant.answer.status, answer),
    );
  }

  @Route(keyRoutes.listTenants)
  list(@Input() { query }: RouteInput<typeof keyRoutes.listTenants>): Promise<Page<TenantBody>> {
    return newestFirst(this.database.dataSource.getRepository(TenantEntity), {}, query, showTenant);
  }
}

const showTenant = ({ id, name, createdAt }: TenantEntity): TenantBody => ({
  id,
  name,
  createdAt: timestamp(createdAt.getTime()),
});
