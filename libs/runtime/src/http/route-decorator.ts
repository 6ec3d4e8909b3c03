import { applyDecorators, HttpCode, RequestMapping, RequestMethod } from '@nestjs/common';
import type { RouteDefinition } from '@leasehold/contracts';

const routes = new WeakMap<object, RouteDefinition>();

/**
 * Makes a method of a controller the handler of a route of the contract: its method, path and status are the route's,
 * and its parameters come parsed from `@Input()`. Attaches metadata only.
 *
 * @example
 * ```ts
 * @Route(licenseRoutes.getLicense)
 * get(@Input() { params }: RouteInput<typeof licenseRoutes.getLicense>, @CallerOf() caller: Caller) { … }
 * ```
 */
export const Route = (definition: RouteDefinition): MethodDecorator =>
  applyDecorators(
    RequestMapping({ path: definition.path, method: RequestMethod[definition.method] }),
    HttpCode(definition.answer.status),
    (_target: object, _key: string | symbol, descriptor: PropertyDescriptor) => {
      routes.set(descriptor.value as object, definition);
    },
  );

/** The route that a method of a controller handles, if it has `@Route()`. */
export const routeOf = (handler: object): RouteDefinition | undefined => routes.get(handler);
