/** How one schema's connections are made: under its application role, with the schema as the only search path. */
export interface ConnectionSettings {
  readonly connectionString: string;
  readonly application_name: string;
  readonly options: string;
  readonly connectionTimeoutMillis: number;
  readonly keepAlive: boolean;
}

const CONNECT_TIMEOUT_MS = 5_000;

export interface ConnectionTarget {
  readonly url: string;
  readonly schema: string;
  /** The role to take; the login user itself when absent (migrations). */
  readonly role?: string;
}

/** The login user may be anybody who may take the role, the owner included: rights are those of the role. */
export const connectionSettings = ({ url, schema, role }: ConnectionTarget): ConnectionSettings => ({
  connectionString: url,
  application_name: schema.replace('_', '-'),
  options: [`-c search_path=${schema}`, ...(role === undefined ? [] : [`-c role=${role}`])].join(' '),
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  keepAlive: true,
});
