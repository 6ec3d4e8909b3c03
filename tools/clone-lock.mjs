import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from './project-paths.mjs';

/** Outside node_modules, which `npm ci` deletes. */
const lock = inRoot('.setup.lock');
const BEAT_MS = 1_000;
const ABANDONED_MS = 10_000;

/** Runs `work` while no other process of this clone does. A holder that was killed loses the lock after ten seconds. */
export async function withCloneLock(work) {
  await take();
  const beat = setInterval(touch, BEAT_MS);
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.removeListener('exit', release);
    release();
  }
}

async function take() {
  for (let told = false; !made();) {
    if (ageMs() > ABANDONED_MS) {
      steal();
      continue;
    }
    if (!told) console.log('setup: another command is preparing this clone, waiting for it');
    told = true;
    await sleep(250);
  }
}

function made() {
  try {
    fs.mkdirSync(lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function ageMs() {
  try {
    return Date.now() - fs.statSync(lock).mtimeMs;
  } catch {
    return 0; // released just now
  }
}

/** A rename succeeds for one of the waiters only. */
function steal() {
  const mine = `${lock}.${process.pid}`;
  try {
    fs.renameSync(lock, mine);
    fs.rmdirSync(mine);
  } catch {
    // another waiter was faster
  }
}

function touch() {
  const now = new Date();
  try {
    fs.utimesSync(lock, now, now);
  } catch {
    // stolen while this machine slept; the new holder checks the clone itself
  }
}

function release() {
  fs.rmSync(lock, { recursive: true, force: true });
}
