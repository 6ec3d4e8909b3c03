export { type CapturedRequest, type HttpCapture, type ScriptedAnswer, captureHttp } from './capture-http.js';
export { type TestDatabase, createTestDatabase } from './create-test-database.js';
export { type FixedClock, fixedClock } from './fixed-clock.js';
export { type SeededRandom, seededRandom } from './seeded-random.js';
export { type WaitOptions, waitFor } from './wait-for.js';
export { freePort } from '@leasehold/embedded-postgres';
export { type ChildService, RUNS_SOURCES, startChild } from './start-child.js';
