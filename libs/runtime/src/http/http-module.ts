import type { DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, ModuleRef } from '@nestjs/core';
import { AUTHENTICATOR, type Authenticator } from './caller.js';
import type { HttpAdapter } from './http-adapter.js';
import type { Idempotency } from './idempotency.js';
import { RouteGuard } from './route-guard.js';

export interface HttpModuleOptions {
  readonly adapter: HttpAdapter;
  readonly idempotency: Idempotency;
  /** Asked when no module of the service provides {@link AUTHENTICATOR}. */
  readonly authenticator: Authenticator;
}

class HttpModule {}

/** The request pipeline of a service: one guard, one filter. Import it beside the service's own module. */
export const httpModule = ({ adapter, idempotency, authenticator }: HttpModuleOptions): DynamicModule => ({
  module: HttpModule,
  providers: [
    {
      provide: APP_GUARD,
      inject: [ModuleRef],
      useFactory: (modules: ModuleRef) =>
        new RouteGuard(
          onFirstUse(() => find(modules) ?? authenticator),
          idempotency,
        ),
    },
    { provide: APP_FILTER, useValue: adapter.problems },
  ],
});

/** Providers of other modules cannot be injected before all of them exist. */
const onFirstUse = <Value>(make: () => Value): (() => Value) => {
  let value: Value | undefined;
  return () => (value ??= make());
};

const find = (modules: ModuleRef): Authenticator | undefined => {
  try {
    return modules.get<Authenticator>(AUTHENTICATOR, { strict: false });
  } catch {
    return undefined;
  }
};
