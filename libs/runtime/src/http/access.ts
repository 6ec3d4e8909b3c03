import type { Access, RouteDefinition } from '@leasehold/contracts';
import { ANONYMOUS, type Authenticator, type Caller } from './caller.js';
import { ProblemError } from './problem-error.js';

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i;
const CHALLENGE = 'Bearer realm="leasehold"';

/**
 * Finds out who calls and whether the route is for them.
 *
 * @throws {ProblemError} 401 for a missing or unknown key, 403 for a known one of the wrong kind or scope
 */
export const admit = (
  route: RouteDefinition,
  authorization: string | undefined,
  authenticator: Authenticator,
): Caller | Promise<Caller> => {
  const { access } = route;
  if (access.kind === 'public') return ANONYMOUS;
  if (authorization === undefined) {
    if (access.kind === 'validation') return ANONYMOUS;
    throw unauthenticated();
  }
  const apiKey = BEARER.exec(authorization)?.[1];
  if (apiKey === undefined) throw unauthenticated();
  const caller = authenticator.authenticate(apiKey);
  return caller instanceof Promise
    ? caller.then((known) => permit(route, access, known))
    : permit(route, access, caller);
};

const permit = (route: RouteDefinition, access: Access, caller: Caller | undefined): Caller => {
  if (caller === undefined) {
    throw new ProblemError('invalid_api_key', {
      headers: { 'WWW-Authenticate': `${CHALLENGE}, error="invalid_token"` },
    });
  }
  switch (access.kind) {
    case 'public':
    case 'validation':
      return caller;
    case 'operator':
      if (caller.kind !== 'operator') throw new ProblemError('operator_key_required');
      return caller;
    case 'secret':
      // a route of tenants that can turn out to need the operator says so by its codes, and decides by itself
      if (caller.kind === 'operator' && route.errors?.includes('operator_key_required') === true) return caller;
      if (caller.kind !== 'secret') throw new ProblemError('secret_key_required');
      if (!caller.scopes.includes(access.scope)) throw insufficientScope(access.scope);
      return caller;
  }
};

const unauthenticated = (): ProblemError =>
  new ProblemError('unauthenticated', { headers: { 'WWW-Authenticate': CHALLENGE } });

const insufficientScope = (scope: string): ProblemError =>
  new ProblemError('insufficient_scope', {
    detail: `This route needs a key with the scope ${scope}.`,
    headers: { 'WWW-Authenticate': `${CHALLENGE}, error="insufficient_scope", scope="${scope}"` },
  });
