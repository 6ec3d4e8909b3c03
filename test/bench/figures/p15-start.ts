import { rmSync } from 'node:fs';
import type { Figure } from '../figure.js';
import { residentMegabytes } from '../machine/process-use.js';
import type { Child } from '../site/child.js';
import { firstTenant, newDataFolder, openSite, type Site, startApp } from '../site/site.js';
import { median, shortNumber, spreadOf, spreadText } from '../statistics.js';

const BAR_MS = 600;
const BAR_MB = 130;
const BAR_PLATFORM_MS = 5_000;
/** Issuance first: validation is ready once it has keys to sign with. */
const SERVICES = ['issuance', 'validation'] as const;

interface Start {
  readonly readyMs: number;
  readonly megabytes: number;
}

export const p15: Figure = {
  id: 'P15',
  what: 'a service from its start to ready, and its memory then (not bundled, database running); the platform with its embedded PostgreSQL to ready, on data that is there',
  yardstick: 'bare `node:http`',
  bar: `≤ ${BAR_MS} ms, ≤ ${BAR_MB} MB; platform ≤ ${BAR_PLATFORM_MS / 1_000} s`,
  async measure(effort) {
    const rounds = effort.quick ? 1 : Math.max(effort.rounds, 7);
    const { services, bare } = await startServices(await openSite(effort), rounds);
    const [slowest] = services.sort((a, b) => median(times(b.starts)) - median(times(a.starts)));
    if (slowest === undefined) throw new Error('no services');
    const readyMs = spreadOf(times(slowest.starts));
    const most = Math.max(...services.map(({ starts }) => median(starts.map(({ megabytes }) => megabytes))));
    const platform = effort.quick ? undefined : await startPlatform(effort.cores.both, rounds);
    const each = services.map(
      ({ name, starts }) =>
        `${name} ${shortNumber(median(times(starts)))} ms and ${shortNumber(median(starts.map(({ megabytes }) => megabytes)))} MB`,
    );
    const bareMs = shortNumber(median(times(bare)));
    const bareMb = shortNumber(median(bare.map(({ megabytes }) => megabytes)));
    return {
      figure: `${spreadText(readyMs)} ms, ${shortNumber(most)} MB; platform ${platform === undefined ? 'not measured' : `${spreadText(spreadOf(platform))} ms`}`,
      detail: `of bare node:http's ${bareMs} ms and ${bareMb} MB; ${each.join(', ')}`,
      meetsBar:
        readyMs.median <= BAR_MS &&
        most <= BAR_MB &&
        platform !== undefined &&
        spreadOf(platform).median <= BAR_PLATFORM_MS,
    };
  },
};

const times = (starts: readonly Start[]): readonly number[] => starts.map(({ readyMs }) => readyMs);

async function startOnce(start: () => Promise<Child>): Promise<Start> {
  const child = await start();
  const megabytes = residentMegabytes(child.pid) ?? Number.NaN;
  await child.stop();
  return { readyMs: child.readyMs, megabytes };
}

async function startServices(
  site: Site,
  rounds: number,
): Promise<{ readonly services: { readonly name: string; readonly starts: Start[] }[]; readonly bare: Start[] }> {
  const services = SERVICES.map((name) => ({ name, starts: [] as Start[] }));
  const bare: Start[] = [];
  try {
    // schemas, keys and the file cache
    const issuance = await site.startApp('issuance');
    await firstTenant(site.dir);
    await issuance.stop();
    await startOnce(() => site.startApp('validation'));
    for (let round = 0; round < rounds; round++) {
      bare.push(await startOnce(() => site.startBare()));
      for (const { name, starts } of services) starts.push(await startOnce(() => site.startApp(name)));
    }
  } finally {
    await site.close();
  }
  return { services, bare };
}

/** With the PostgreSQL of its data folder, on all cores, as anybody would start it. */
async function startPlatform(cores: string | undefined, rounds: number): Promise<readonly number[]> {
  const dir = newDataFolder();
  try {
    await startOnce(() => startApp(dir, 'platform', cores));
    const starts: Start[] = [];
    for (let round = 0; round < rounds; round++) starts.push(await startOnce(() => startApp(dir, 'platform', cores)));
    return times(starts);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
