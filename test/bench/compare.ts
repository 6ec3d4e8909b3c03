import { cpuSeconds } from './machine/process-use.js';
import { median, type Spread, shortNumber, spreadOf } from './statistics.js';

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
}

export interface Comparison {
  /** Of operations a second, thing by yardstick, round by round. */
  readonly ratio: Spread;
  readonly thing: Performance;
  readonly yardstick: Performance;
}

interface Round {
  readonly perSecond: number;
  readonly cpuUs: number | undefined;
}

/** Both in one run: warm, then in turns, each round beginning with the other one. */
export async function compare(thing: Contender, yardstick: Contender, rounds: Rounds): Promise<Comparison> {
  for (const contender of [yardstick, thing]) await runRound(contender, rounds.warmUpMs);
  const things: Round[] = [];
  const yardsticks: Round[] = [];
  for (let number = 0; number < rounds.rounds; number++) {
    const turns = [
      async () => things.push(await runRound(thing, rounds.roundMs)),
      async () => yardsticks.push(await runRound(yardstick, rounds.roundMs)),
    ];
    for (const turn of number % 2 === 0 ? turns : turns.reverse()) await turn();
  }
  const ratios = things.map(({ perSecond }, number) => perSecond / (yardsticks[number]?.perSecond ?? Number.NaN));
  return { ratio: spreadOf(ratios), thing: performanceOf(things), yardstick: performanceOf(yardsticks) };
}

async function runRound({ run, pid, before, after }: Contender, durationMs: number): Promise<Round> {
  before?.();
  const cpuBefore = pid === undefined ? undefined : cpuSeconds(pid);
  const started = performance.now();
  const operations = await run(durationMs);
  const seconds = (performance.now() - started) / 1_000;
  const cpuAfter = pid === undefined ? undefined : cpuSeconds(pid);
  await after?.();
  const cpu = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore;
  return { perSecond: operations / seconds, cpuUs: cpu === undefined ? undefined : (cpu * 1e6) / operations };
}

function performanceOf(rounds: readonly Round[]): Performance {
  const known = rounds.map(({ cpuUs }) => cpuUs).filter((value) => value !== undefined);
  return {
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    cpuUs: known.length === 0 ? undefined : Math.min(...known),
  };
}

/** `12,900/s of 30,100/s, 52 of 22 µs CPU (ratio 0.42)` */
export function comparisonText({ thing, yardstick }: Comparison): string {
  const rates = `${shortNumber(thing.perSecond)}/s of ${shortNumber(yardstick.perSecond)}/s`;
  if (thing.cpuUs === undefined || yardstick.cpuUs === undefined) return rates;
  const ratio = shortNumber(yardstick.cpuUs / thing.cpuUs);
  return `${rates}; CPU ${shortNumber(thing.cpuUs)} of ${shortNumber(yardstick.cpuUs)} µs (ratio ${ratio})`;
}
