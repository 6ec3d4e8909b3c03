/** Tells tools/run.mjs the counts, who prints them when jest is gone. Run without it, prints them itself. */
export default class JestCountsReporter {
  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      // a suite that could not even be loaded has no tests to count
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    };
    if (process.send) process.send(counts);
    else console.log(`${counts.passed} passed, ${counts.failed} failed`);
  }
}
