import type { Figure } from './figure.js';
import { p1 } from './figures/p1-validations.js';
import { p2 } from './figures/p2-latency.js';
import { p5 } from './figures/p5-appends.js';
import { p6 } from './figures/p6-issuance.js';
import { p7 } from './figures/p7-relay.js';
import { p14 } from './figures/p14-management.js';
import { p15 } from './figures/p15-start.js';
import { r2 } from './figures/r2-reader.js';

export const FIGURES: readonly Figure[] = [p1, p2, p5, p6, p7, p14, p15, r2];
