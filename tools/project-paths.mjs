import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's top folder. (`import.meta.dirname` is younger than some of the Nodes that npm runs this with.) */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

export const inRoot = (...parts) => path.join(root, ...parts);

const OLDEST_NODE = 24;

/** The Node that the project pins as an npm package; where there is no such package, the machine's own if it will do. */
export function projectNode() {
  const pinned = inRoot('node_modules/.bin/node');
  if (fs.existsSync(pinned)) return fs.realpathSync(pinned);
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) return process.execPath;
  throw new Error(`Leasehold needs Node ${OLDEST_NODE} or later; this is ${process.version}.`);
}
