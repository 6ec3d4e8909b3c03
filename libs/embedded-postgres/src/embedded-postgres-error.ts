/** Why an embedded PostgreSQL cannot be had. `message` is one sentence fit for an operator. */
export type EmbeddedPostgresErrorCode =
  'no_binaries' | 'wrong_major' | 'foreign_folder' | 'folder_in_use' | 'create_failed' | 'start_failed';

export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  readonly code: EmbeddedPostgresErrorCode;

  constructor(code: EmbeddedPostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
