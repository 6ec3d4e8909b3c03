import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

export const workspace = resolve(import.meta.dirname, '../..');

const SOURCES = ['apps', 'libs', 'test', 'tools'];
const NOT_OURS = new Set(['node_modules', 'dist', 'fixtures', 'coverage']);

export interface SourceFile {
  /** From the workspace's top folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
}

/** Every source file that is written by hand. */
export function sourceFiles(): SourceFile[] {
  return SOURCES.flatMap((folder) => walk(join(workspace, folder)))
    .filter((file) => /[.](ts|mjs)$/.test(file))
    .map((file) => ({ path: toPath(file), ...read(file) }));
}

/** All folders and files under the source folders, from the workspace's top folder. */
export function sourcePaths(): string[] {
  return SOURCES.flatMap((folder) => walk(join(workspace, folder))).map(toPath);
}

export function readText(path: string): string {
  return readFileSync(join(workspace, path), 'utf8');
}

export function namesIn(path: string): string[] {
  try {
    return readdirSync(join(workspace, path)).sort();
  } catch {
    return [];
  }
}

export function lineCount(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}

function walk(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !NOT_OURS.has(name));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? [path, ...walk(path)] : [path];
  });
}

function read(file: string): { text: string; lines: number } {
  const text = readFileSync(file, 'utf8');
  return { text, lines: lineCount(text) };
}

function toPath(file: string): string {
  return relative(workspace, file).split(sep).join('/');
}
