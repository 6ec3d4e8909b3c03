/** As much of a JSON Schema as the schemas of events use. */
export interface JsonShape {
  readonly type?: unknown;
  readonly format?: string;
  readonly const?: string | number | boolean | null;
  readonly enum?: readonly unknown[];
  readonly items?: unknown;
  readonly anyOf?: readonly unknown[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

/** A shape in a few words, for the cell of a table. */
export function shapeText(given: unknown): string {
  if (typeof given !== 'object' || given === null) return 'anything';
  const shape = given as JsonShape;
  if (shape.const !== undefined) return `\`${String(shape.const)}\``;
  if (shape.enum !== undefined) return shape.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (shape.anyOf !== undefined) return shape.anyOf.map(shapeText).join(' or ');
  if (Array.isArray(shape.type)) return shape.type.map((type: unknown) => shapeText({ ...shape, type })).join(' or ');
  switch (shape.type) {
    case 'string':
      return shape.format === 'date-time' ? 'time' : 'string';
    case 'array':
      return `list of ${shapeText(shape.items)}`;
    case 'object':
      return objectText(shape);
    case undefined:
      return 'anything';
    default:
      return String(shape.type);
  }
}

function objectText({ properties, required = [], additionalProperties }: JsonShape): string {
  if (properties === undefined) return `map of string to ${shapeText(additionalProperties)}`;
  const members = Object.entries(properties).map(([name, shape]) => {
    const text = shapeText(shape);
    // in a nested list of members a plain text needs no word
    return `\`${name}${required.includes(name) ? '' : '?'}\`${text === 'string' ? '' : ` (${text})`}`;
  });
  return `{${members.join(', ')}}`;
}
