import { MISSING_ROW } from '../errors.js';
import { identifier } from './identifier.js';

/** A management table that appends may write. */
export interface WritableTable {
  readonly name: string;
  readonly key: readonly [string, ...string[]];
  /** All columns that appends write, the key's among them. */
  readonly columns: readonly string[];
}

const list = (names: readonly string[], prefix = ''): string =>
  names.map((name) => prefix + identifier(name)).join(', ');

/**
 * Replaces the store's `write_rows` by one that knows these tables, as SQL text for a migration. Values are converted by
 * `json_populate_record`, so a row is JSON in the columns' own names. A row of another table refuses its append.
 * Column defaults do not apply: name every column that must not be null.
 *
 * Rows of one table are written in the order of their commands; those of several tables are not, so a foreign key between
 * them would have to be deferred.
 *
 * @example
 * rowWriterSql({ schema: 'issuance', tables: [{ name: 'license', key: ['id'], columns: ['id', 'tenant_id', 'status'] }] })
 */
export function rowWriterSql(options: { readonly schema: string; readonly tables: readonly WritableTable[] }): string {
  const s = identifier(options.schema);
  const cases = options.tables.flatMap((table) => tableCases(s, table));
  return `
create or replace function ${s}.write_rows(writes json) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  target text;
  action text;
  items json;
  item json;
  written integer;
begin
  for target, action, items in
    select run."table", run.op, run."rows"
    from rows from (json_to_recordset(writes) as ("table" text, op text, "rows" json))
      with ordinality as run("table", op, "rows", place)
    order by run.place
  loop
    case target || ' ' || action
${cases.join('\n')}
    else
      raise exception 'unknown table or operation "% %"', target, action using errcode = 'undefined_table';
    end case;
  end loop;
end $$;
revoke all on function ${s}.write_rows(json) from public;
`;
}

function tableCases(s: string, table: WritableTable): string[] {
  const name = `${s}.${identifier(table.name)}`;
  const key = list(table.key);
  const columns = list(table.columns);
  const others = table.columns.filter((column) => !table.key.includes(column));
  const given = `json_populate_record(null::${name}, item)`;
  const change = `(${list(others)}) = (select ${list(others, 'n.')} from json_populate_record(t, item) n)`;
  const insert = (from: string): string => `insert into ${name} as t (${columns}) select ${columns} from ${from}`;
  const insertAll = insert(`json_populate_recordset(null::${name}, items)`);
  const match = `(${list(table.key, 't.')}) = (select ${list(table.key, 'k.')} from ${given} k)`;
  const upsert = `${insert(given)} on conflict (${key}) do ${others.length === 0 ? 'nothing' : `update set ${change}`};`;
  const statements: [op: string, statement: string][] = [
    ['insert', `${insertAll};`],
    ['upsert', upsertAll(`${insertAll} on conflict (${key}) do nothing;`, upsert)],
    ['delete', each(`delete from ${name} t where ${match};`)],
  ];
  if (others.length > 0) {
    const missing = `raise exception 'no such row in "${table.name}"' using errcode = '${MISSING_ROW}', table = '${table.name}';`;
    statements.push([
      'update',
      each(`update ${name} t set ${change} where ${match};\n        if not found then ${missing} end if;`),
    ]);
  }
  return statements.map(([op, statement]) => `    when '${table.name} ${op}' then\n      ${statement}`);
}

const each = (statement: string): string => `for item in select value from json_array_elements(items) loop
        ${statement}
      end loop;`;

/** Most upserts insert. Where some do not, all are done again one by one: what has been inserted becomes what it is. */
const upsertAll = (insertNew: string, upsert: string): string => `${insertNew}
      get diagnostics written = row_count;
      if written < json_array_length(items) then
        ${each(upsert)}
      end if;`;
