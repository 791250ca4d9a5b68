import { fileURLToPath } from 'node:url';
import { describeMachine, loadAverage } from './machine.ts';
import type { Bench, Part, PartResult } from './part.ts';
import { PARTS } from './parts/index.ts';
import { asText, verdictTable, writeDocument } from './report.ts';

const DOCUMENT = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));
/** Cores at work before anything runs: above this, the machine is busy with something else. */
const BUSY = 0.3;

/** Runs the named parts, or all; prints them with a table of goals at the end; returns the exit code. */
export async function runBench(args: readonly string[]): Promise<number> {
  const quick = args.includes('--quick');
  const names = args.filter((arg) => !arg.startsWith('--'));
  const wrong = [
    ...args.filter((arg) => arg.startsWith('--') && arg !== '--quick'),
    ...names.filter((name) => !PARTS.some((part) => part.name === name)),
  ];
  if (wrong.length > 0) {
    const known = PARTS.map(({ name, title }) => `  ${name.padEnd(10)} ${title}`);
    console.error([`"${wrong.join(' ')}" is no benchmark; these are (--quick shortens them):`, ...known].join('\n'));
    return 2;
  }
  const bench: Bench = { quick, rounds: quick ? 1 : 3, say: (text) => console.error(text) };
  const machine = describeMachine();
  console.log(machine);
  const load = loadAverage();
  if (load !== null && load > BUSY)
    console.log(`This machine is busy already (load ${load}): the figures will be worse than its own.`);

  const done: { part: Part; result: PartResult }[] = [];
  for (const part of PARTS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const result = await part.run(bench);
    done.push({ part, result });
    console.log(`\n${asText(part, result)}`);
    if (!quick) writeDocument(DOCUMENT, { part, result, machine, now: new Date(), load });
  }
  const verdicts = done.flatMap(({ result }) => result.verdicts);
  console.log(`\n${verdictTable(verdicts)}`);
  if (quick)
    console.log(
      '\nA quick run tries the bench only: its figures mean nothing, and docs/benchmarks.md keeps the last full ones.',
    );
  return verdicts.every(({ met }) => met) ? 0 : 1;
}
