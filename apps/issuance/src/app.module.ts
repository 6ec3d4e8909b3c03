import { catalogRoutes, keyRoutes, licenseRoutes } from '@leasehold/contracts';
import { AUTHENTICATOR, defineService, HealthChecks, type ServiceContext } from '@leasehold/runtime';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { ApiKeyAuthenticator } from './api-keys/api-key-authenticator.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { BOOTSTRAP, createBootstrap } from './bootstrap/bootstrap.js';
import { issuanceConfig } from './config.js';
import { BindingRequestsConsumer } from './consume/binding-requests.consumer.js';
import { ENTITIES } from './database/entities.js';
import { MIGRATIONS } from './database/migrations/migrations.js';
import { DeadlineSchedule } from './deadlines/deadline-schedule.js';
import { LicenseCommandsController } from './licenses/license-commands.controller.js';
import { LICENSE_CONTEXT, type LicenseContext } from './licenses/license-context.js';
import { LicenseDomainsController } from './licenses/license-domains.controller.js';
import { createLoadLicense } from './licenses/load-license.js';
import { LicensesController } from './licenses/licenses.controller.js';
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

@Module({})
class IssuanceModule {}

/** The service that owns tenants, keys, products, plans and licenses: every command, and the facts that follow from it. */
export const issuance = defineService({
  name: 'issuance',
  config: issuanceConfig,
  routes: [...Object.values(keyRoutes), ...Object.values(catalogRoutes), ...Object.values(licenseRoutes)],
  migrations: MIGRATIONS,
  entities: ENTITIES,
  module: (context): DynamicModule => ({
    module: IssuanceModule,
    controllers: [
      TenantsController,
      ApiKeysController,
      ProductsController,
      PlansController,
      LicensesController,
      LicenseCommandsController,
      LicenseDomainsController,
      SigningKeysController,
      BindingRequestsConsumer,
    ],
    providers: providersOf(context),
  }),
});

function providersOf(context: ServiceContext<object>): Provider[] {
  const { database, clock, random, masterKey, config } = context;
  const { pool } = database;
  const writePath = createWritePath(database, clock, random);
  const secrets = createSecrets(masterKey, random);
  const findPlan = createPlanLookup(pool);
  const signingKeys = createLicenseSigningKeys(pool, secrets);
  const { publicUrl } = config;
  const loadLicense = createLoadLicense(pool);
  const licenses: LicenseContext = { writePath, pool, loadLicense, secrets, findPlan, signingKeys, publicUrl };
  return [
    { provide: WRITE_PATH, useValue: writePath },
    { provide: SECRETS, useValue: secrets },
    { provide: AUTHENTICATOR, useValue: new ApiKeyAuthenticator(pool, clock) },
    { provide: PLAN_LOOKUP, useValue: findPlan },
    { provide: LICENSE_SIGNING_KEYS, useValue: signingKeys },
    { provide: LICENSE_CONTEXT, useValue: licenses },
    { provide: BOOTSTRAP, useValue: createBootstrap({ writePath, pool, secrets }) },
    {
      provide: EventRelay,
      inject: [HealthChecks],
      useFactory: (health: HealthChecks) => new EventRelay(writePath.store, context, health),
    },
    { provide: SigningKeySchedule, useValue: new SigningKeySchedule(writePath, context) },
    { provide: DeadlineSchedule, useValue: new DeadlineSchedule(licenses, context) },
  ];
}
