import { describe, expect, it, test } from '@jest/globals';
import { postgresUrl } from './start-postgres.js';

describe('the URL of a database', () => {
  test.each([
    [undefined, 'postgres://postgres@127.0.0.1:5433/postgres'],
    ['issuance', 'postgres://postgres@127.0.0.1:5433/issuance'],
    ['a/b?c#d', 'postgres://postgres@127.0.0.1:5433/a%2Fb%3Fc%23d'],
    ['büro 1', 'postgres://postgres@127.0.0.1:5433/b%C3%BCro%201'],
  ])('%j is %s', (database, url) => {
    expect(postgresUrl(5433, database)).toBe(url);
  });

  it('is read back as that database, whatever its name', () => {
    expect(decodeURIComponent(new URL(postgresUrl(1, "a/b?c#d 'x' %20")).pathname.slice(1))).toBe("a/b?c#d 'x' %20");
  });
});
