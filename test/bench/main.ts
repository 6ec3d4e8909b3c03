import { parseArgs } from 'node:util';
import type { Effort } from './figure.js';
import { FIGURES } from './figures.js';
import { writeRow } from './figures-page.js';
import { describeMachine, findCores, moveTo } from './machine/cores.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    licenses: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
  },
});

const asked = positionals.map((id) => id.toUpperCase());
const unknown = asked.filter((id) => !FIGURES.some((figure) => figure.id === id));
if (unknown.length > 0) {
  process.stderr.write(`No such figure: ${unknown.join(', ')}. Known are ${FIGURES.map(({ id }) => id).join(', ')}.\n`);
  process.exit(2);
}

const { quick, profile } = values;
const cores = findCores();
const effort: Effort = {
  cores,
  quick,
  profile,
  licenses: Number(values.licenses ?? (quick ? 500 : 100_000)),
  rounds: Number(values.rounds ?? (quick ? 1 : 5)),
  roundMs: Number(values.seconds ?? (quick ? 0.3 : 3)) * 1_000,
  warmUpMs: quick ? 300 : 4_000,
};

moveTo(cores.load);
const machine = describeMachine(cores);
process.stdout.write(`${machine}${quick ? ', quick: these are no figures' : ''}\n`);
for (const figure of FIGURES) {
  if (asked.length > 0 && !asked.includes(figure.id)) continue;
  const measured = await figure.measure(effort);
  if (values.write) await writeRow(figure, measured, machine, new Date());
  process.stdout.write(
    `${figure.id} ${measured.figure} ${measured.detail}; bar ${figure.bar}: ${measured.meetsBar ? 'met' : 'not met'}\n`,
  );
}
process.exit(0);
