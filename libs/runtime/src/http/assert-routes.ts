import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { RouteDefinition } from '@leasehold/contracts';
import type { RegisteredRoutes } from './registered-routes.js';
import { isInfrastructurePath } from './infrastructure-paths.js';
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
    ...handlers(app).flatMap(({ name, handler, path }) => faultOfHandler(name, routeOf(handler), path, routes)),
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
  path: string,
  routes: readonly RouteDefinition[],
): string[] => {
  if (route === undefined) return isInfrastructurePath(path) ? [] : [`${name} has no @Route()`];
  return routes.includes(route) ? [] : [`${name} handles ${route.operationId}, which is not a route of this service`];
};

interface Handler {
  readonly name: string;
  readonly handler: object;
  readonly path: string;
}

const handlers = (app: INestApplicationContext): Handler[] =>
  [...app.get(ModulesContainer).values()]
    .flatMap((module) => [...module.controllers.values()])
    .flatMap(({ metatype }) => (typeof metatype === 'function' ? handlersOf(metatype) : []));

const handlersOf = (controller: { readonly name: string; readonly prototype: unknown }): Handler[] => {
  const prototype = controller.prototype as Record<string, unknown>;
  const base = pathMetadata(controller);
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler: unknown =
      name === 'constructor' ? undefined : Object.getOwnPropertyDescriptor(prototype, name)?.value;
    if (typeof handler !== 'function') return [];
    const path = pathMetadata(handler);
    if (path === undefined) return [];
    return [{ name: `${controller.name}.${name}`, handler: handler, path: joined(base, path) }];
  });
};

/** What Nest's `@Controller()` and `@Get()` leave on a class or method. */
const pathMetadata = (target: object): string | undefined => {
  const path: unknown = Reflect.getMetadata('path', target);
  return typeof path === 'string' ? path : undefined;
};

const joined = (base: string | undefined, path: string): string =>
  `/${[base, path]
    .map((part) => part?.replace(/^\/+|\/+$/g, '') ?? '')
    .filter((part) => part !== '')
    .join('/')}`;
