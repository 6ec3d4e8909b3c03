import { cpuSeconds } from './machine/process-use.js';
import { median, type Spread, shortNumber, spreadOf, spreadText } from './statistics.js';

/** One of the two that run in turns. */
export interface Contender {
  /** Runs for about so long and answers how many operations were completed. */
  readonly run: (durationMs: number) => Promise<number>;
  /** The process whose processor time is counted. */
  readonly pid?: number;
  /** Before and after each run, outside its time. */
  readonly before?: () => void;
  readonly after?: () => Promise<void>;
}

export interface Rounds {
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
}

export interface Performance {
  /** Operations a second, median of all rounds. */
  readonly perSecond: number;
  /** Processor time of an operation in microseconds, best round; `undefined` where it is not known. */
  readonly cpuUs: number | undefined;
  /** How much of its core it used: well below 1, something else held it up. */
  readonly busy: number | undefined;
}

export interface Comparison {
  /** Of operations a second, thing by yardstick, round by round. */
  readonly ratio: Spread;
  readonly rounds: readonly number[];
  readonly thing: Performance;
  readonly yardstick: Performance;
}

/** Both in one run: warm, then in turns, each round beginning with the other one. */
export async function compare(thing: Contender, yardstick: Contender, rounds: Rounds): Promise<Comparison> {
  for (const contender of [yardstick, thing]) await runRound(contender, rounds.warmUpMs);
  const things: Performance[] = [];
  const yardsticks: Performance[] = [];
  for (let number = 0; number < rounds.rounds; number++) {
    const turns = [
      async () => things.push(await runRound(thing, rounds.roundMs)),
      async () => yardsticks.push(await runRound(yardstick, rounds.roundMs)),
    ];
    for (const turn of number % 2 === 0 ? turns : turns.reverse()) await turn();
  }
  const ratios = things.map(({ perSecond }, number) => perSecond / (yardsticks[number]?.perSecond ?? Number.NaN));
  return {
    ratio: spreadOf(ratios),
    rounds: ratios,
    thing: performanceOf(things),
    yardstick: performanceOf(yardsticks),
  };
}

async function runRound({ run, pid, before, after }: Contender, durationMs: number): Promise<Performance> {
  before?.();
  const cpuBefore = pid === undefined ? undefined : cpuSeconds(pid);
  const started = performance.now();
  const operations = await run(durationMs);
  const seconds = (performance.now() - started) / 1_000;
  const cpuAfter = pid === undefined ? undefined : cpuSeconds(pid);
  await after?.();
  const cpu = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore;
  return {
    perSecond: operations / seconds,
    cpuUs: cpu === undefined ? undefined : (cpu * 1e6) / operations,
    busy: cpu === undefined ? undefined : cpu / seconds,
  };
}

function performanceOf(rounds: readonly Performance[]): Performance {
  const known = (name: 'cpuUs' | 'busy'): readonly number[] =>
    rounds.map((round) => round[name]).filter((value) => value !== undefined);
  const [cpuUs, busy] = [known('cpuUs'), known('busy')];
  return {
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    cpuUs: cpuUs.length === 0 ? undefined : Math.min(...cpuUs),
    busy: busy.length === 0 ? undefined : median(busy),
  };
}

/** `0.43 (0.41-0.45) by rate, 0.42 by processor time`: the lower one is what counts, since load can be too slow for both. */
export function ratioText({ ratio, thing, yardstick }: Comparison): string {
  const byTime = timeRatio(thing, yardstick);
  return `${spreadText(ratio)} by rate${byTime === undefined ? '' : `, ${shortNumber(byTime)} by processor time`}`;
}

export const lowerRatio = ({ ratio, thing, yardstick }: Comparison): number =>
  Math.min(ratio.median, timeRatio(thing, yardstick) ?? Infinity);

const timeRatio = (thing: Performance, yardstick: Performance): number | undefined =>
  thing.cpuUs === undefined || yardstick.cpuUs === undefined ? undefined : yardstick.cpuUs / thing.cpuUs;

/** `12,900/s of 30,100/s; CPU 52.1 of 22.4 µs, core 99 and 97 % busy` */
export function comparisonText({ thing, yardstick }: Comparison): string {
  const rates = `${shortNumber(thing.perSecond)}/s of ${shortNumber(yardstick.perSecond)}/s`;
  if (thing.cpuUs === undefined || yardstick.cpuUs === undefined) return rates;
  const busy = [thing.busy, yardstick.busy].map((share = 0) => Math.round(share * 100)).join(' and ');
  return `${rates}; CPU ${shortNumber(thing.cpuUs)} of ${shortNumber(yardstick.cpuUs)} µs, core ${busy} % busy`;
}
