import { z } from 'zod';

/** Values that several routes use, each with the bounds the API promises. */

const prefixed = (prefix: string, example: string): z.ZodString =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), `must be an id that begins with ${prefix}_`)
    .meta({ examples: [example] });

export const tenantId = prefixed('ten', 'ten_01jd3mzk4qf8x2v6n0c7r5t9wb');
export const productId = prefixed('prod', 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb');
export const planId = prefixed('plan', 'plan_01jd3mzk4qf8x2v6n0c7r5t9wb');
export const apiKeyId = prefixed('key', 'key_01jd3mzk4qf8x2v6n0c7r5t9wb');
export const endpointId = prefixed('we', 'we_01jd3mzk4qf8x2v6n0c7r5t9wb');
export const deliveryId = prefixed('wd', 'wd_01jd3mzk4qf8x2v6n0c7r5t9wb');
export const anomalyId = prefixed('ano', 'ano_01jd3mzk4qf8x2v6n0c7r5t9wb');
export const licenseId = z
  .string()
  .regex(/^lic_[0-9a-hjkmnp-tv-z]{28}$/, 'must be a license id: lic_ and 28 characters')
  .meta({ examples: ['lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s'] });

/** Text that tokens, tables and the log can all hold as it is. */
export const text = z.string().refine((value) => value.isWellFormed() && !value.includes('\0'), {
  message: 'must be well-formed text without NUL',
});

export const name = text.trim().min(1).max(200);
export const featureName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, 'must be 1 to 64 letters, digits or . _ : -');
export const features = z
  .array(featureName)
  .max(100)
  .transform((list) => [...new Set(list)]);
export const meterName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'must be a letter and up to 63 letters, digits or _');
export const limits = z.record(meterName, z.int().min(0)).refine((record) => Object.keys(record).length <= 50, {
  message: 'must have at most 50 meters',
});
export const metadata = z
  .record(text.min(1).max(64), z.union([text.max(500), z.number(), z.boolean()]))
  .refine((record) => Object.keys(record).length <= 50, { message: 'must have at most 50 members' });

/** The last one that RFC 3339 can write in UTC; an offset can ask for a later one. */
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** An RFC 3339 time with an offset, from 1970 on (tokens know no earlier), as epoch milliseconds inside. */
export const instant = z.codec(z.iso.datetime({ offset: true }), z.int(), {
  decode: (written, context) => {
    const parsed = Date.parse(written);
    if (Number.isNaN(parsed) || parsed < 0 || parsed > LAST_INSTANT) {
      context.issues.push({
        code: 'custom',
        input: written,
        message: 'must be a time that exists, from 1970 to 9999 in UTC',
      });
      return z.NEVER;
    }
    return parsed;
  },
  encode: (value) => new Date(value).toISOString(),
});

/** Times in answers: RFC 3339, UTC. */
export const time = z.iso.datetime().meta({ examples: ['2026-03-01T09:30:00.000Z'] });

/** What every list takes. */
export const page = {
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'How many to answer, at most 100.' }),
  cursor: z.string().min(1).max(512).optional().meta({ description: 'nextCursor of the page before.' }),
};

/** What every list answers. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });
