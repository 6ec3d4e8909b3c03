import type { InvalidMember } from '@leasehold/contracts';
import type { z } from 'zod';

/** More say nothing new, and a body of 1 MiB could have a hundred thousand. */
const MAX_MEMBERS = 20;

/** A JSON Pointer (RFC 6901). */
export const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The faults that a schema found, each at its place: a JSON Pointer into the body, or `query/limit` for a parameter. */
export const invalidMembers = (error: z.ZodError, place: 'body' | 'query'): InvalidMember[] => {
  const prefix = place === 'query' ? 'query' : '';
  return error.issues
    .flatMap((issue) => membersOf(issue, []))
    .slice(0, MAX_MEMBERS)
    .map(({ path, message }) => ({ pointer: prefix + pointerTo(path), message }));
};

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const membersOf = (issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Fault[] => {
  const path = [...above, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: 'is not known here' }));
    case 'invalid_union':
      return faultsOfUnion(issue, path);
    case 'invalid_type':
      return [{ path, message: issue.message.endsWith('received undefined') ? 'is required' : issue.message }];
    default:
      return [{ path, message: issue.message }];
  }
};

/** The faults of the branch that was meant: the one whose type fits, since its faults lie deeper. */
const faultsOfUnion = (issue: z.core.$ZodIssueInvalidUnion, path: readonly PropertyKey[]): Fault[] => {
  const meant = issue.errors.find(
    (faults) => faults.length > 0 && faults.every((fault) => fault.path.length > 0 || fault.code !== 'invalid_type'),
  );
  return meant?.flatMap((fault) => membersOf(fault, path)) ?? [{ path, message: issue.message }];
};
