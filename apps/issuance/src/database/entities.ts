import type { Type } from '@nestjs/common';

/** What management lists read. */
export const ENTITIES: readonly Type[] = [];
