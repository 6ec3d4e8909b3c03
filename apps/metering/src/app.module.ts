import { usageRoutes } from '@leasehold/contracts';
import { defineService, type ServiceContext } from '@leasehold/runtime';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { meteringConfig } from './config.js';
import { LicensesConsumer } from './consume/licenses.consumer.js';
import { ValidationsConsumer } from './consume/validations.consumer.js';
import { MIGRATIONS } from './database/migrations/migrations.js';
import { METERING_METRICS, meteringMetrics } from './metering-metrics.js';
import { Retention } from './retention/retention.js';
import { TELLER } from './telling/teller.js';
import { UsageTelling } from './telling/usage-telling.js';
import { UsageController } from './usage.controller.js';

@Module({ controllers: [UsageController, ValidationsConsumer, LicensesConsumer] })
class MeteringModule {}

/** The service that counts: granted calls and posted usage, and what is left of every limit. */
export const metering = defineService({
  name: 'metering',
  config: meteringConfig,
  routes: Object.values(usageRoutes),
  migrations: MIGRATIONS,
  entities: [],
  module: (context): DynamicModule => ({ module: MeteringModule, providers: providersOf(context) }),
});

function providersOf(context: ServiceContext<object>): Provider[] {
  const { clock, random, metrics, database } = context;
  return [
    { provide: TELLER, useValue: { clock, random } },
    { provide: METERING_METRICS, useValue: meteringMetrics(metrics, database.pool) },
    { provide: UsageTelling, useValue: new UsageTelling(context) },
    { provide: Retention, useValue: new Retention(context) },
  ];
}
