import { anomalyRoutes } from '@leasehold/contracts';
import { defineService } from '@leasehold/runtime';
import { type DynamicModule, Module } from '@nestjs/common';
import { AnomalyMetrics } from './anomaly-metrics.js';
import { anomalyConfig } from './config.js';
import { LicensesConsumer } from './consume/licenses.consumer.js';
import { ValidationsConsumer } from './consume/validations.consumer.js';
import { ENTITIES } from './database/entities.js';
import { MIGRATIONS } from './database/migrations/migrations.js';
import { AnomaliesController } from './findings/anomalies.controller.js';
import { Retention } from './retention/retention.js';
import { FindingRelay } from './telling/finding-relay.js';

@Module({})
class AnomalyModule {}

/** The service that looks for misuse in what validators tell, and keeps what it finds. */
export const anomaly = defineService({
  name: 'anomaly',
  config: anomalyConfig,
  routes: Object.values(anomalyRoutes),
  migrations: MIGRATIONS,
  entities: ENTITIES,
  module: (context): DynamicModule => ({
    module: AnomalyModule,
    controllers: [AnomaliesController, ValidationsConsumer, LicensesConsumer],
    providers: [
      { provide: AnomalyMetrics, useValue: new AnomalyMetrics(context.metrics, context.database.pool) },
      { provide: FindingRelay, useValue: new FindingRelay(context) },
      { provide: Retention, useValue: new Retention(context) },
    ],
  }),
});
