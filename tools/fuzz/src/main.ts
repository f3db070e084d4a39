#!/usr/bin/env node
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runShare } from './run-share.ts';
import type { Finding } from './target.ts';
import { targets } from './targets/index.ts';

const names = Object.keys(targets);
const { values } = parseArgs({
  options: {
    targets: { type: 'string', default: names.join(',') },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    output: { type: 'string', default: 'reports' },
  },
});
const chosen = values.targets.split(',');
const seconds = Number(values.seconds);
const seed = Number(values.seed);
if (chosen.some((name) => !names.includes(name)) || !(seconds > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write(`Usage: fuzz [--targets ${names.join(',')}] [--seconds N] [--seed N] [--output DIRECTORY]\n`);
  process.exit(2);
}

const threads = availableParallelism();
const findings: Finding[] = [];
process.stdout.write(`seed ${seed}, ${seconds} s, ${threads} threads\n`);
for (const name of chosen) {
  const shares = Array.from({ length: threads }, (_, first) =>
    runShare({ name, seed, first, step: threads, milliseconds: (seconds * 1000) / chosen.length }, (finding) =>
      findings.push(finding),
    ),
  );
  const counts = new Map<string, number>();
  for (const share of await Promise.all(shares)) {
    for (const [kind, count] of share) counts.set(kind, (counts.get(kind) ?? 0) + count);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...counts].sort().map(([kind, count]) => `${kind} ${count}`);
  process.stdout.write(`${name}: ${total} inputs (${parts.join(', ')})\n`);
}
for (const { target, iteration, reason, input } of findings) {
  const path = join(resolve(values.output), `${target}-${seed}-${iteration}.bin`);
  mkdirSync(resolve(values.output), { recursive: true });
  writeFileSync(path, input);
  process.stdout.write(`\nFINDING ${target}, iteration ${iteration}, ${path}\n${reason}\n`);
}
process.stdout.write(`${findings.length} findings\n`);
process.exitCode = findings.length === 0 ? 0 : 1;
