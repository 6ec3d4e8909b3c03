import { catalogRoutes, keyRoutes } from '@leasehold/contracts';
import { AUTHENTICATOR, defineService, HealthChecks, type ServiceContext } from '@leasehold/runtime';
import type { DynamicModule, Provider } from '@nestjs/common';
import { ApiKeyAuthenticator } from './api-keys/api-key-authenticator.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { BOOTSTRAP, createBootstrap } from './bootstrap/bootstrap.js';
import { issuanceConfig } from './config.js';
import { ENTITIES } from './database/entities.js';
import { MIGRATIONS } from './database/migrations/migrations.js';
import { createPlanLookup, PLAN_LOOKUP } from './plans/plan-lookup.js';
import { PlansController } from './plans/plans.controller.js';
import { ProductsController } from './products/products.controller.js';
import { EventRelay } from './relay/event-relay.js';
import { createSecrets, SECRETS } from './secrets/secrets.js';
import { createLicenseSigningKeys, LICENSE_SIGNING_KEYS } from './signing-keys/license-signing-keys.js';
import { SigningKeySchedule } from './signing-keys/signing-key-schedule.js';
import { SigningKeysController } from './signing-keys/signing-keys.controller.js';
import { createWritePath, WRITE_PATH } from './store/write-path.js';
import { TenantsController } from './tenants/tenants.controller.js';

export { BOOTSTRAP } from './bootstrap/bootstrap.js';

class IssuanceModule {}

/** The service that owns tenants, keys, products, plans and licenses: every command, and the facts that follow from it. */
export const issuance = defineService({
  name: 'issuance',
  config: issuanceConfig,
  routes: [...Object.values(keyRoutes), ...Object.values(catalogRoutes)],
  migrations: MIGRATIONS,
  entities: ENTITIES,
  module: (context): DynamicModule => ({
    module: IssuanceModule,
    controllers: [TenantsController, ApiKeysController, ProductsController, PlansController, SigningKeysController],
    providers: providersOf(context),
  }),
});

function providersOf(context: ServiceContext<object>): Provider[] {
  const { database, clock, random, masterKey } = context;
  const { pool } = database;
  const writePath = createWritePath(database, clock, random);
  const secrets = createSecrets(masterKey, random);
  return [
    { provide: WRITE_PATH, useValue: writePath },
    { provide: SECRETS, useValue: secrets },
    { provide: AUTHENTICATOR, useValue: new ApiKeyAuthenticator(pool, clock) },
    { provide: PLAN_LOOKUP, useValue: createPlanLookup(pool) },
    { provide: LICENSE_SIGNING_KEYS, useValue: createLicenseSigningKeys(pool, secrets) },
    { provide: BOOTSTRAP, useValue: createBootstrap({ writePath, pool, secrets }) },
    {
      provide: EventRelay,
      inject: [HealthChecks],
      useFactory: (health: HealthChecks) => new EventRelay(writePath.store, context, health),
    },
    { provide: SigningKeySchedule, useValue: new SigningKeySchedule(writePath, context) },
  ];
}
