import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { RouteDefinition } from '@leasehold/contracts';
import type { RegisteredRoutes } from './registered-routes.js';
import { routeOf } from './route-decorator.js';

/**
 * Checks a service at its start, after `init()` and its hot routes: every handler of a controller serves a route of the
 * service's contract, and every route of the contract is served.
 *
 * @throws {Error} naming all that is wrong
 */
export const assertRoutes = (
  app: INestApplicationContext,
  routes: readonly RouteDefinition[],
  registered: RegisteredRoutes,
): void => {
  const faults = [
    ...handlers(app).flatMap(({ name, handler }) => faultOfHandler(name, routeOf(handler), routes)),
    ...routes
      .filter((route) => !registered.has(route.method, route.path))
      .map((route) => `${route.method} ${route.path} (${route.operationId}) has no handler`),
  ];
  if (faults.length > 0)
    throw new Error(`The routes of this service are not those of its contract:\n- ${faults.join('\n- ')}`);
};

const faultOfHandler = (
  name: string,
  route: RouteDefinition | undefined,
  routes: readonly RouteDefinition[],
): string[] => {
  if (route === undefined) return [`${name} has no @Route()`];
  return routes.includes(route) ? [] : [`${name} handles ${route.operationId}, which is not a route of this service`];
};

interface Handler {
  readonly name: string;
  readonly handler: object;
}

const handlers = (app: INestApplicationContext): Handler[] =>
  [...app.get(ModulesContainer).values()]
    .flatMap((module) => [...module.controllers.values()])
    .flatMap(({ metatype }) => (typeof metatype === 'function' ? handlersOf(metatype) : []));

const handlersOf = (controller: { readonly name: string; readonly prototype: unknown }): Handler[] => {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype)
    .filter((name) => name !== 'constructor')
    .flatMap((name) => {
      const handler: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
      return servesPath(handler) ? [{ name: `${controller.name}.${name}`, handler }] : [];
    });
};

/** Nest's `@Get()` and its like leave a path on the methods that answer requests; consumers of events have none. */
const servesPath = (method: unknown): method is object =>
  typeof method === 'function' && Reflect.hasMetadata('path', method);
