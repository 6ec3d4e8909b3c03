import type { DynamicModule } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { AccountTable } from '../accounts/account-table.js';
import { HealthChecks } from '../observability/health-checks.js';
import type { ServiceContext } from './service-definition.js';
import { CLOCK, CONFIG, DATABASE, LOGGER, SERVICE_CONTEXT } from './service-tokens.js';

class ServiceModule {}

export interface ServiceParts {
  readonly context: ServiceContext<object>;
  readonly accounts: AccountTable;
  readonly health: HealthChecks;
}

/** What all modules of a service may inject. */
export const serviceModule = ({ context, accounts, health }: ServiceParts): DynamicModule => {
  const providers = [
    { provide: SERVICE_CONTEXT, useValue: context },
    { provide: CONFIG, useValue: context.config },
    { provide: DATABASE, useValue: context.database },
    { provide: CLOCK, useValue: context.clock },
    { provide: LOGGER, useValue: context.logger },
    { provide: AccountTable, useValue: accounts },
    { provide: HealthChecks, useValue: health },
  ];
  return {
    module: ServiceModule,
    global: true,
    imports: [TerminusModule.forRoot({ logger: false })],
    providers,
    exports: providers.map(({ provide }) => provide),
  };
};
