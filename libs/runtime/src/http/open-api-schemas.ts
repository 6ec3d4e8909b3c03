import { z } from 'zod';

/** A JSON Schema of OpenAPI 3.1. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Turns zod schemas into JSON Schemas and collects those that have a name (`.meta({ id })`) for
 * `components.schemas`. One name stands for one schema; where what is sent differs from what is answered, the sent one is
 * called `<id>Input`.
 */
export class SchemaCollector {
  readonly #named = new Map<string, JsonSchema>();

  /** `input` for what a caller sends, `output` for what is answered. */
  schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $defs, ...root } = z.toJSONSchema(schema, { io, override: (context) => tidy(context, io) });
    const names = new Map<string, string>();
    const definitions = Object.entries(($defs ?? {}) as Record<string, JsonSchema>);
    for (const [id, definition] of definitions) names.set(id, this.#nameFor(id, definition, io));
    for (const [id, definition] of definitions) this.#named.set(names.get(id) ?? id, pointed(definition, names));
    delete root.$schema;
    return pointed(root, names);
  }

  /** The named schemas met so far, by name. */
  components(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#named].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  #nameFor(id: string, definition: JsonSchema, io: 'input' | 'output'): string {
    const known = this.#named.get(id);
    const isSame = known === undefined || JSON.stringify(known) === JSON.stringify(pointed(definition, new Map()));
    return isSame || io === 'output' ? id : `${id}Input`;
  }
}

interface Overridden {
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}

const tidy = ({ jsonSchema }: Overridden, io: 'input' | 'output'): void => {
  // the format says it all, and the patterns are long
  if (jsonSchema.format === 'date-time' || jsonSchema.format === 'email') delete jsonSchema.pattern;
  // answers may get more members; a client that refuses them would break
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
};

const LOCAL = '#/$defs/';

/** The same schema with its references pointing into the document's components. */
const pointed = (schema: JsonSchema, names: ReadonlyMap<string, string>): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key !== '$ref' || typeof value !== 'string' || !value.startsWith(LOCAL)) return value;
    const id = value.slice(LOCAL.length);
    return `#/components/schemas/${names.get(id) ?? id}`;
  }) as JsonSchema;
