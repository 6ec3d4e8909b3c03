import { isIP } from 'node:net';

/** What reading a setting gave: its value, or why the text cannot be used ("must be …"). */
export type Reading<T> = { readonly value: T } | { readonly problem: string };

/** One setting of a service: where it is read from, how, and what the reference page says about it. */
export interface Setting<T> {
  readonly env: string;
  /** What a value looks like, for the reference page. */
  readonly type: string;
  readonly description: string;
  /** Masked wherever it is shown, and may be given as a file: `<env>_FILE`. */
  readonly secret: boolean;
  /** The default as an operator would write it; `undefined` when the setting has none. */
  readonly defaultText: string | undefined;
  readonly fallback: T;
  readonly parse: (text: string) => Reading<T>;
}

interface Described {
  readonly env: `LEASEHOLD_${string}`;
  readonly description: string;
  readonly secret?: boolean;
  /** Shown as the default where it is worked out later, e.g. `http://localhost:<port>`. */
  readonly defaultText?: string;
}
type WithDefault<T> = Described & { readonly default: T };
interface Bounds {
  readonly min?: number;
  readonly max?: number;
}
interface Protocols {
  /** Without the colon; `http` and `https` unless told. */
  readonly protocols?: readonly string[];
  /** Paths are put behind it: a query or fragment would swallow them. */
  readonly isBase?: boolean;
}

const build = <T>(described: WithDefault<T>, type: string, parse: (text: string) => Reading<T>): Setting<T> => ({
  env: described.env,
  type,
  description: described.description,
  secret: described.secret ?? false,
  defaultText: described.defaultText ?? (described.default === undefined ? undefined : String(described.default)),
  fallback: described.default,
  parse,
});

function string(described: WithDefault<string>): Setting<string>;
function string(described: Described): Setting<string | undefined>;
function string(described: Described & { default?: string }): Setting<string | undefined> {
  return build({ ...described, default: described.default }, 'text', (value) => ({ value }));
}

const integer = (described: WithDefault<number> & Bounds): Setting<number> => {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = described;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return build(described, `whole number ${range}`, (text) => {
    const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? { value } : { problem: `must be a whole number ${range}` };
  });
};

const boolean = (described: WithDefault<boolean>): Setting<boolean> =>
  build(described, 'true or false', (text) =>
    text === 'true' || text === 'false' ? { value: text === 'true' } : { problem: 'must be true or false' },
  );

const url = (described: Described & Protocols): Setting<string | undefined> => {
  const protocols = described.protocols ?? ['http', 'https'];
  const type = `${protocols.join(' or ')} URL${described.isBase === true ? ' without query and fragment' : ''}`;
  return build<string | undefined>({ ...described, default: undefined }, type, (text) => {
    const parsed = /\s/.test(text) ? null : URL.parse(text);
    const fits = parsed !== null && protocols.includes(parsed.protocol.slice(0, -1));
    if (!fits || (described.isBase === true && /[?#]/.test(text))) return { problem: `must be a ${type}` };
    return { value: text.replace(/\/+$/, '') };
  });
};

const split = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** Empty when absent. */
const list = (described: Described): Setting<readonly string[]> => ({
  ...build<readonly string[]>({ ...described, default: [] }, 'list, separated by commas', (text) => ({
    value: split(text),
  })),
  defaultText: undefined,
});

const isCidr = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
};

/** Address ranges, e.g. `10.0.0.0/8,::1`; a lone address stands for itself. */
const cidrs = (described: Described): Setting<readonly string[]> => ({
  ...list(described),
  type: 'list of addresses or CIDR ranges, separated by commas',
  parse: (text) => {
    const wrong = split(text).filter((item) => !isCidr(item));
    return wrong.length === 0
      ? { value: split(text) }
      : { problem: `must be addresses or CIDR ranges: ${wrong.join(', ')} is not` };
  },
});

const enumeration = <const V extends string>(
  described: WithDefault<V> & { readonly values: readonly V[] },
): Setting<V> => {
  const type = described.values.join(', ');
  return build<V>(described, type, (text) => {
    const value = described.values.find((one) => one === text);
    return value === undefined ? { problem: `must be one of ${type}` } : { value };
  });
};

/**
 * Kinds of settings. A setting without a default is `undefined` when absent.
 * @example setting.integer({ env: 'LEASEHOLD_PORT', default: 8080, min: 0, max: 65_535, description: 'Port to listen on.' })
 */
export const setting = { string, integer, boolean, url, list, cidrs, enumeration } as const;
