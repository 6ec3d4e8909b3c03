import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Figure, Measured } from './figure.js';

const PAGE = resolve(import.meta.dirname, '../../docs/reference/figures.md');

/** Puts a figure into its row of the page, between the markers. */
export async function writeRow(figure: Figure, measured: Measured, machine: string, day: Date): Promise<void> {
  const page = withRow(readFileSync(PAGE, 'utf8'), rowOf(figure, measured, machine, day), figure.id);
  writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
}

function rowOf(figure: Figure, { figure: value, detail, meetsBar }: Measured, machine: string, day: Date): string {
  const command = `\`npm run bench -- ${figure.id.toLowerCase()}\``;
  const bar = `${figure.bar}: ${meetsBar ? 'met' : 'not met'}`;
  const cells = [figure.id, figure.what, `**${value}** ${detail}`, figure.yardstick, bar];
  return `| ${[...cells, day.toISOString().slice(0, 10), machine, command].join(' | ')} |`;
}

/** @throws {Error} the page has no row for the figure */
export function withRow(page: string, row: string, id: string): string {
  const [begin, end] = [page.indexOf('<!-- figures -->'), page.indexOf('<!-- /figures -->')];
  const lines = page.slice(begin, end).split('\n');
  const at = lines.findIndex((line) => line.startsWith(`| ${id} `));
  if (begin < 0 || end < 0 || at < 0) throw new Error(`the page of figures has no row for ${id}`);
  return page.slice(0, begin) + lines.with(at, row).join('\n') + page.slice(end);
}
