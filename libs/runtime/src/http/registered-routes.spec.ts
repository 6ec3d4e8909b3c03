import { describe, expect, it } from '@jest/globals';
import { pathOf, RegisteredRoutes } from './registered-routes.js';

const routes = new RegisteredRoutes();
routes.add(['GET', 'HEAD'], '/v1/boxes');
routes.add('POST', '/v1/boxes');
routes.add('DELETE', '/v1/boxes/:boxId');
routes.add('POST', '/v1/boxes/open');

describe('the methods of an address', () => {
  it.each([
    ['/v1/boxes', ['GET', 'HEAD', 'POST']],
    ['/v1/boxes?x=/y', ['GET', 'HEAD', 'POST']],
    ['/v1/boxes/box_1', ['DELETE']],
    ['/v1/boxes/open', ['DELETE', 'POST']],
    ['/v1/boxes/', []],
    ['/v1/boxes/box_1/more', []],
    ['/v1', []],
    ['*', []],
    ['', []],
  ])('%s takes %j', (url, methods) => {
    expect(routes.allowed(url)).toEqual(methods);
  });
});

it('the path of an address ends at its query', () => {
  expect(pathOf('/a/b?c=/d#e')).toBe('/a/b');
  expect(pathOf('/a/b#e?')).toBe('/a/b');
  expect(pathOf('/a/b')).toBe('/a/b');
});
