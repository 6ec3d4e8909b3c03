import type { Binding } from '../license/license.js';

const DOT = 0x2e;
const WWW = 'www.';

/** Whether `host` ends with what `pattern` has from `from` on. Compares in place: this runs for every validation. */
const endsWithRest = (host: string, pattern: string, from: number): boolean => {
  const shift = host.length - pattern.length;
  for (let at = pattern.length - 1; at >= from; at--)
    if (pattern.charCodeAt(at) !== host.charCodeAt(at + shift)) return false;
  return true;
};

/**
 * Whether a binding covers a canonical host. Both are canonical, so this compares bytes, on label boundaries only:
 * `badexample.com` is never below `example.com`.
 */
export const matchDomain = (binding: Pick<Binding, 'domain' | 'kind' | 'www'>, host: string): boolean => {
  const { domain } = binding;
  switch (binding.kind) {
    case 'exact':
      if (host.length === domain.length) return host === domain;
      return (
        binding.www &&
        host.length === domain.length + WWW.length &&
        host.startsWith(WWW) &&
        endsWithRest(host, domain, 0)
      );
    case 'wildcard': {
      // `*.example.com`: the part from the dot on, with at least one byte and no further dot before it
      const labelLength = host.length - (domain.length - 1);
      if (labelLength < 1 || !endsWithRest(host, domain, 1)) return false;
      for (let at = 0; at < labelLength; at++) if (host.charCodeAt(at) === DOT) return false;
      return true;
    }
    case 'subtree': {
      // `**.example.com`: the host itself has three bytes less, a host below it has the dot too
      const below = host.length - (domain.length - 3);
      if (below === 0) return endsWithRest(host, domain, 3);
      return below > 1 && endsWithRest(host, domain, 2);
    }
  }
};
