import type { ServiceName } from '@leasehold/contracts';

/** The owner of a PostgreSQL schema: a service, or the event log. */
export type SchemaOwner = ServiceName | 'log';

/** Schema and application role of an owner have the same name, so that a migration can grant to `current_schema()`. */
export const schemaOf = (owner: SchemaOwner): string => `leasehold_${owner}`;
