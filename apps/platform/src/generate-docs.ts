import { writeFileSync } from 'node:fs';
import { REFERENCE_PAGES } from './reference-pages.js';

for (const { file, write } of REFERENCE_PAGES) writeFileSync(file, write());
