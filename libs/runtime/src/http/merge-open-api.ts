import type { OpenApiDocument, OpenApiInfo } from './open-api.js';

/**
 * One document for several services behind one address. Paths may share an address with different methods; the same
 * operation or component name with different contents is a broken contract.
 *
 * @throws {Error} naming what two documents say differently
 */
export const mergeOpenApi = (
  documents: readonly OpenApiDocument[],
  info: OpenApiInfo,
  servers: readonly string[],
): OpenApiDocument => ({
  openapi: '3.1.0',
  info,
  servers: servers.map((url) => ({ url })),
  tags: [...new Set(documents.flatMap(({ tags }) => tags.map(({ name }) => name)))].map((name) => ({ name })),
  paths: mergeGroups(documents.map(({ paths }) => paths)),
  components: mergeGroups(documents.map(({ components }) => components)),
});

type Groups = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const mergeGroups = (all: readonly Groups[]): Groups => {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const [group, members] of all.flatMap((groups) => Object.entries(groups))) {
    const into = (merged[group] ??= {});
    for (const [name, value] of Object.entries(members)) {
      if (name in into && JSON.stringify(into[name]) !== JSON.stringify(value)) {
        throw new Error(`Two API descriptions differ in ${group} ${name}.`);
      }
      into[name] = value;
    }
  }
  return merged;
};
