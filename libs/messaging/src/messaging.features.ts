import { describe } from '@jest/globals';
import type { LogUnderTest } from './features/fixture.features.js';
import { followingFeatures } from './features/following.features.js';
import { groupsFeatures } from './features/groups.features.js';
import { keepingFeatures } from './features/keeping.features.js';
import { publishingFeatures } from './features/publishing.features.js';

/** What every driver of the log guarantees. */
export const messagingFeatures = (driver: string, start: () => Promise<LogUnderTest>): void => {
  describe(`the event log (${driver})`, () => {
    publishingFeatures(start);
    followingFeatures(start);
    groupsFeatures(start);
    keepingFeatures(start);
  });
};
