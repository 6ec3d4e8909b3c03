// The one entry of all npm scripts: prepares the clone, then runs the task on the project's own Node. One script rather
// than pre-scripts, which `ignore-scripts=true` in somebody's rc file would skip without a word.
import { projectEnvironment } from './clean-environment.mjs';
import { prepareClone } from './prepare-clone.mjs';
import { projectNode } from './project-paths.mjs';
import { runChild, signalExitCode } from './run-child.mjs';
import { TASKS } from './tasks.mjs';

/** A little less than what a service may take to drain: whatever still runs then is cut off. */
const STOP_LIMIT_MS = 14_000;

const [name, ...args] = process.argv.slice(2);
const task = TASKS[name];
if (!task) {
  console.error(`Unknown task "${name}"; known are ${Object.keys(TASKS).join(', ')}.`);
  process.exit(2);
}

stopWithParent();
try {
  await prepareClone({ build: task.build ?? false });
} catch (error) {
  console.error(`setup: ${error.message}`);
  if (task.counts) tellCounts(undefined, 1);
  process.exit(1);
}
process.exit(await runTask());

/** npm killed without a word (kill -9) ends us like a plain stop. */
function stopWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}

async function runTask() {
  let counts;
  let failed = 0;
  for (const [index, step] of task.steps.entries()) {
    const code = await runStep([...step, ...(index === task.steps.length - 1 ? args : [])], (message) => {
      counts = message;
    });
    failed ||= code;
  }
  if (task.counts) tellCounts(counts, failed);
  return failed;
}

async function runStep(step, onMessage) {
  let stopped = false;
  const { code, signal } = await runChild(projectNode(), step, {
    env: projectEnvironment(),
    deathSignal: 'SIGTERM',
    ...(task.counts ? { onMessage } : {}),
    onStop: (child, received) => {
      // Ctrl+C reaches the child by itself, a plain kill does not
      if (received !== 'SIGINT') child.kill('SIGTERM');
      if (!stopped) setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS).unref();
      stopped = true;
    },
  });
  if (code !== null) return code;
  // told to stop before the service could listen for it: nothing was going on yet
  return stopped && task.serves && signal !== 'SIGKILL' ? 0 : signalExitCode(signal);
}

/** Last of all output. A run that broke before it had a result counts as one failure, never as none. */
function tellCounts(counts, code) {
  const { passed = 0, failed = 0 } = counts ?? {};
  if (!counts && code === 0) return; // e.g. --listTests
  console.log(`${passed} passed, ${code !== 0 && failed === 0 ? 1 : failed} failed`);
}
