import type { Binding } from '../license/license.js';
import { matchDomain } from './match-domain.js';

const RANK = { exact: 2, wildcard: 1, subtree: 0 } as const;

/** Exact before wildcard before sub-tree, a deeper sub-tree before one above it. */
const isNearer = (binding: Binding, best: Binding): boolean =>
  binding.kind === best.kind ? binding.domain.length > best.domain.length : RANK[binding.kind] > RANK[best.kind];

/** The binding that covers a canonical host most closely, if any. */
export const coveringBinding = (bindings: readonly Binding[], host: string): Binding | undefined => {
  let best: Binding | undefined;
  for (const binding of bindings)
    if (matchDomain(binding, host) && (best === undefined || isNearer(binding, best))) best = binding;
  return best;
};
