/** Where settings are read from; tests hand in their own. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Text of a file named by a `…_FILE` variable; throws when it cannot be read. */
  readonly readFile: (path: string) => string;
}
