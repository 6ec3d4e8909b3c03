/** Resolves when the thing works; rejects with the reason (never shown in full to callers) when it does not. */
export type HealthCheck = () => Promise<void> | void;

/** What a service needs in order to serve; asked by `/readyz`. */
export class HealthChecks {
  /** True from the moment the process is told to stop: no new traffic, please. */
  draining = false;
  readonly #checks = new Map<string, HealthCheck>();

  /** @example health.register('license-table', () => { if (!table.ready) throw new Error('still filling'); }) */
  register(name: string, check: HealthCheck): void {
    if (this.#checks.has(name)) throw new Error(`There is a health check ${name} already.`);
    this.#checks.set(name, check);
  }

  entries(): readonly (readonly [name: string, check: HealthCheck])[] {
    return [...this.#checks];
  }
}
