import { isJsonObject, type StrictJson } from './strict-json.js';

/** What a claim's value must look like. */
export type ClaimShape = 'text' | 'texts' | 'numbers' | 'boolean' | 'natural' | 'status' | 'environment';

/** Claims by name: a shape alone must be there, `optional` may be missing. */
export type ClaimShapes = Readonly<Record<string, ClaimShape | { readonly optional: ClaimShape }>>;

/** The name of the first claim that is missing or of another shape; claims without a shape are let through. */
export function findMisshapenClaim(payload: StrictJson, shapes: ClaimShapes): string | undefined {
  for (const [name, wanted] of Object.entries(shapes)) {
    const missing = !Object.hasOwn(payload.members, name);
    if (missing && typeof wanted === 'object') continue;
    if (missing || !hasShape(payload, name, typeof wanted === 'object' ? wanted.optional : wanted)) return name;
  }
  return undefined;
}

function hasShape(payload: StrictJson, name: string, shape: ClaimShape): boolean {
  const value = payload.members[name];
  switch (shape) {
    case 'text':
      return isText(value);
    case 'texts':
      return Array.isArray(value) && value.every(isText);
    case 'numbers':
      // 1e999 is JSON, and parses to Infinity
      return isJsonObject(value) && Object.values(value).every(Number.isFinite);
    case 'boolean':
      return typeof value === 'boolean';
    case 'natural':
      return isNatural(value) && !payload.oddNumbers.includes(name);
    case 'status':
      return isJsonObject(value) && isStatus(value);
    case 'environment':
      return value === 'production' || value === 'development';
  }
}

const isStatus = ({ list, index }: Readonly<Record<string, unknown>>): boolean => isText(list) && isNatural(index);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isNatural = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
