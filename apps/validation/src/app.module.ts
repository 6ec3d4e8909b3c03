import { validationRoutes } from '@leasehold/contracts';
import { AccountTable, defineService, HealthChecks } from '@leasehold/runtime';
import { type DynamicModule, Module } from '@nestjs/common';
import { type ValidationConfig, validationConfig } from './config.js';
import { registerHotRoute } from './hot-route/register-hot-route.js';
import { ValidationsController } from './hot-route/validations.controller.js';
import { KeySets } from './key-sets/key-sets.js';
import { KeySetsController } from './key-sets/key-sets.controller.js';
import { ValidationEngine } from './validation-engine.js';

@Module({})
class ValidationModule {}

/** The service that answers whether a license holds, and signs what it answers. */
export const validation = defineService<ValidationConfig>({
  name: 'validation',
  config: validationConfig,
  routes: Object.values(validationRoutes),
  migrations: [],
  entities: [],
  servesWithoutDatabase: true,
  module: (context): DynamicModule => ({
    module: ValidationModule,
    controllers: [ValidationsController, KeySetsController],
    providers: [
      {
        provide: ValidationEngine,
        inject: [AccountTable, HealthChecks],
        useFactory: (accounts: AccountTable, health: HealthChecks) => new ValidationEngine(context, accounts, health),
      },
      { provide: KeySets, inject: [ValidationEngine], useFactory: ({ keySets }: ValidationEngine) => keySets },
    ],
  }),
  hotRoutes: (fastify, get) => registerHotRoute(fastify, get(ValidationEngine).hotRoute),
});
