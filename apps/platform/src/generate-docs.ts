import { writeFileSync } from 'node:fs';
import { CONFIG_PAGE_FILE, writeConfigPage } from './reference-pages.js';

writeFileSync(CONFIG_PAGE_FILE, writeConfigPage());
