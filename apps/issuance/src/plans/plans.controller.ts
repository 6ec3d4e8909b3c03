import { catalogRoutes, type PlanBody, type RouteInput } from '@leasehold/contracts';
import {
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
import { actorOf } from '../api-keys/caller-identity.js';
import { PlanEntity } from '../database/entities.js';
import { newestFirst } from '../database/newest-first.js';
import { productExists } from '../products/product-exists.js';
import { WRITE_PATH, type WritePath } from '../store/write-path.js';
import { createPlan } from './create-plan.js';
import { showPlan } from './show-plan.js';

@Controller()
export class PlansController {
  constructor(
    @Inject(WRITE_PATH) private readonly writePath: WritePath,
    @Inject(DATABASE) private readonly database: Database,
  ) {}

  @Route(catalogRoutes.createPlan)
  async create(
    @Input() { body }: RouteInput<typeof catalogRoutes.createPlan>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<PlanBody> {
    const tenantId = tenantOf(caller);
    await this.demandProduct(tenantId, body.productId);
    const cause = { actor: actorOf(caller), now: this.writePath.clock.now() };
    return createPlan(this.writePath, { ...cause, tenantId, draft: body }, (answer) =>
      idempotency.rowFor(catalogRoutes.createPlan.answer.status, answer),
    );
  }

  @Route(catalogRoutes.listPlans)
  async list(
    @Input() { query }: RouteInput<typeof catalogRoutes.listPlans>,
    @CallerOf() caller: Caller,
  ): Promise<Page<PlanBody>> {
    const tenantId = tenantOf(caller);
    const { productId } = query;
    if (productId !== undefined) await this.demandProduct(tenantId, productId);
    const plans = this.database.dataSource.getRepository(PlanEntity);
    const where = { tenantId, ...(productId === undefined ? {} : { productId }) };
    return newestFirst(plans, where, query, (plan) => showPlan(plan.state, plan.createdAt.getTime()));
  }

  private async demandProduct(tenantId: string, productId: string): Promise<void> {
    if (!(await productExists(this.database.pool, tenantId, productId))) throw new ProblemError('product.not_found');
  }
}
