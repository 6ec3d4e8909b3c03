import { z } from 'zod';

/** What validation tells: validations in numbered batches, and first-use bindings it asks for. */

/** One validation. Times are epoch milliseconds here, since there are very many. */
export const validationItem = z.object({
  /** Absent when no license was found. */
  license: z.string().optional(),
  tenant: z.string().optional(),
  product: z.string().optional(),
  /** The verdict code; `valid` counts as a call. */
  code: z.string(),
  /** The canonical domain that was asked for, or the caller's text where it could not be read (cut to 253). */
  domain: z.string().optional(),
  /** The primary binding of the license, where the domain did not match. */
  boundDomain: z.string().optional(),
  environment: z.enum(['production', 'development']).optional(),
  /** The API key that asked, where there was one. */
  apiKey: z.string().optional(),
  /** Keyed hash of the client's address; the address itself is not kept. */
  client: z.string().optional(),
  at: z.int(),
});

/**
 * A flush of one validator for one partition. Items are numbered `first`, `first + 1`, … without holes per
 * (boot, partition), which is what a consumer dedupes by.
 */
export const validationBatch = z.object({
  instance: z.string(),
  boot: z.string(),
  partition: z.int(),
  first: z.int(),
  items: z.array(validationItem),
});

export const bindingRequest = z.object({
  license: z.string(),
  tenant: z.string(),
  domain: z.string(),
  assurance: z.enum(['declared', 'observed']),
  at: z.int(),
});

export type ValidationItem = z.output<typeof validationItem>;
export type ValidationBatch = z.output<typeof validationBatch>;
export type BindingRequest = z.output<typeof bindingRequest>;
