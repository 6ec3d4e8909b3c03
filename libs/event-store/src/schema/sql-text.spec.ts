import { describe, expect, it } from '@jest/globals';
import { eventStoreSql } from './event-store-sql.js';
import { identifier } from './identifier.js';
import { rowWriterSql } from './row-writer-sql.js';

describe('SQL text', () => {
  it('quotes plain identifiers', () => {
    expect(identifier('license_2')).toBe('"license_2"');
  });

  it.each(['', 'Upper', '1st', 'a"b', "a'b", 'a; drop table x', 'a.b', 'x'.repeat(64)])(
    'refuses %j as a name',
    (name) => {
      expect(() => identifier(name)).toThrow(TypeError);
      expect(() => eventStoreSql({ schema: name, role: 'app' })).toThrow(TypeError);
      expect(() => eventStoreSql({ schema: 'store', role: name })).toThrow(TypeError);
      expect(() => rowWriterSql({ schema: 's', tables: [{ name, key: ['id'], columns: ['id'] }] })).toThrow(TypeError);
      expect(() => rowWriterSql({ schema: 's', tables: [{ name: 't', key: ['id'], columns: [name] }] })).toThrow(
        TypeError,
      );
    },
  );

  it('fixes the search path of every function', () => {
    const text = eventStoreSql({ schema: 's', role: 'app' }) + rowWriterSql({ schema: 's', tables: [] });
    const functions = text.match(/create (or replace )?function/g) ?? [];
    expect(functions).toHaveLength(4);
    expect(text.match(/set search_path = pg_catalog, pg_temp/g)).toHaveLength(functions.length);
  });
});
