#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { type BenchOptions, inBenchFolder } from './bench-folder.ts';
import { machineFacts } from './machine.ts';
import { type Comparison, compare } from './measure.ts';
import { rows } from './rows/index.ts';
import { formatTable } from './table.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: Object.keys(rows).join(',') },
    runs: { type: 'string' },
    short: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const options: BenchOptions = { short: values.short, runs: Number(values.runs ?? (values.short ? 1 : 5)) };
const names = values.rows.split(',');
const unknown = names.filter((name) => !Object.hasOwn(rows, name));
if (unknown.length > 0 || !Number.isSafeInteger(options.runs) || options.runs < 1) {
  process.stderr.write(`Usage: bench [--rows ${Object.keys(rows).join(',')}] [--runs N] [--short] [--json]\n`);
  process.exit(2);
}

const machine = await machineFacts();
const comparisons: Comparison[] = [];
if (!values.json) process.stdout.write(`${describe(machine)}\n`);
try {
  await inBenchFolder(options, async (folder) => {
    for (const name of names) {
      for await (const race of rows[name]?.(folder) ?? []) {
        process.stderr.write(`${race.work} …\n`);
        comparisons.push(await compare(race, options.runs));
      }
    }
  });
  process.stdout.write(
    values.json ? `${JSON.stringify({ machine, comparisons }, null, 2)}\n` : formatTable(comparisons),
  );
} catch (error) {
  const { message, stderr } = error as Error & { stderr?: string };
  process.stderr.write(`${stderr ? `${message.split('\n', 1)[0]}\n${stderr}` : message}\n`);
  process.exitCode = 1;
}

function describe(facts: Readonly<Record<string, string>>): string {
  return Object.entries(facts)
    .map(([name, fact]) => `${name}: ${fact}\n`)
    .join('');
}
