import { catalogRoutes, type ProductBody, type RouteInput } from '@leasehold/contracts';
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
  tenantOf,
} from '@leasehold/runtime';
import { Controller, Inject } from '@nestjs/common';
import { actorOf } from '../api-keys/caller-identity.js';
import { ProductEntity } from '../database/entities.js';
import { newestFirst } from '../database/newest-first.js';
import { timestamp } from '../database/row.js';
import { WRITE_PATH, type WritePath } from '../store/write-path.js';
import { createProduct } from './create-product.js';

@Controller()
export class ProductsController {
  constructor(
    @Inject(WRITE_PATH) private readonly writePath: WritePath,
    @Inject(DATABASE) private readonly database: Database,
  ) {}

  @Route(catalogRoutes.createProduct)
  create(
    @Input() { body }: RouteInput<typeof catalogRoutes.createProduct>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<ProductBody> {
    const cause = { actor: actorOf(caller), now: this.writePath.clock.now() };
    return createProduct(this.writePath, { ...cause, tenantId: tenantOf(caller), name: body.name }, (answer) =>
      idempotency.rowFor(catalogRoutes.createProduct.answer.status, answer),
    );
  }

  @Route(catalogRoutes.listProducts)
  list(
    @Input() { query }: RouteInput<typeof catalogRoutes.listProducts>,
    @CallerOf() caller: Caller,
  ): Promise<Page<ProductBody>> {
    const products = this.database.dataSource.getRepository(ProductEntity);
    return newestFirst(products, { tenantId: tenantOf(caller) }, query, showProduct);
  }
}

const showProduct = ({ id, name, createdAt }: ProductEntity): ProductBody => ({
  id,
  name,
  createdAt: timestamp(createdAt.getTime()),
});
