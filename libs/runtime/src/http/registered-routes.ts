/** The paths an application serves, as its router was told; for 405 answers and the check at start. */
export class RegisteredRoutes {
  readonly #methodsByPath = new Map<string, Set<string>>();

  add(method: string | readonly string[], path: string): void {
    const methods = this.#methodsByPath.get(path) ?? new Set();
    for (const one of typeof method === 'string' ? [method] : method) methods.add(one);
    this.#methodsByPath.set(path, methods);
  }

  has(method: string, path: string): boolean {
    return this.#methodsByPath.get(path)?.has(method) === true;
  }

  /** The methods that the address of a request takes; empty if nothing is there. */
  allowed(url: string): readonly string[] {
    const steps = pathOf(url).split('/');
    const allowed = new Set<string>();
    for (const [path, methods] of this.#methodsByPath) {
      if (matches(path.split('/'), steps)) for (const method of methods) allowed.add(method);
    }
    return [...allowed].sort();
  }
}

/** The path of a request's target, without its query. */
export const pathOf = (url: string): string => {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
};

const matches = (pattern: readonly string[], steps: readonly string[]): boolean =>
  pattern.length === steps.length &&
  pattern.every((part, index) => (part.startsWith(':') ? steps[index] !== '' : part === steps[index]));
