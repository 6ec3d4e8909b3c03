import type { DynamicModule } from '@nestjs/common';
import { checkApiKey, deriveServiceKey, hashApiKey, localKeyEncryptionKey } from '@leasehold/tokens';
import type { AccountTable } from '../accounts/account-table.js';
import type { HttpAdapter } from '../http/http-adapter.js';
import { httpModule } from '../http/http-module.js';
import { Idempotency } from '../http/idempotency.js';
import type { HealthChecks } from '../observability/health-checks.js';
import type { ServiceContext, ServiceDefinition } from './service-definition.js';
import { serviceModule } from './service-module.js';

const KEY_WAIT_MS = 250;

class RootModule {}

/** The whole application of a service: what all share, the request pipeline, and its own module. */
export function rootModule<Config extends object>(
  definition: ServiceDefinition<Config>,
  context: ServiceContext<Config>,
  adapter: HttpAdapter,
  accounts: AccountTable,
  health: HealthChecks,
): DynamicModule {
  const { clock, random, logger, database } = context;
  const keyEncryptionKey = localKeyEncryptionKey(deriveServiceKey(context.masterKey, context.name), random);
  return {
    module: RootModule,
    imports: [
      serviceModule({ context, accounts, health }),
      httpModule({
        adapter,
        idempotency: new Idempotency({ pool: database.pool, clock, random, keyEncryptionKey, logger }),
        authenticator: {
          authenticate: (apiKey) => {
            const hash = hashApiKey(apiKey);
            const known = accounts.callerOf(hash);
            // a text that was never a key is not waited for
            return known ?? (checkApiKey(apiKey) === undefined ? undefined : accounts.waitFor(hash, KEY_WAIT_MS));
          },
        },
      }),
      definition.module(context),
    ],
  };
}
