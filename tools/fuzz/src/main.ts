#!/usr/bin/env node
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type Counts, inputOf } from './fuzz-target.ts';
import type { Finding } from './target.ts';
import { targets } from './targets/index.ts';
import type { Share } from './worker.ts';

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

/** An input is given up when its worker has said nothing for so long. */
const SILENCE = 60_000;
const threads = availableParallelism();
const findings: Finding[] = [];
process.stdout.write(`seed ${seed}, ${seconds} s, ${threads} threads\n`);
for (const name of chosen) {
  const shares = Array.from({ length: threads }, (_, first) =>
    runShare({ name, seed, first, step: threads, milliseconds: (seconds * 1000) / chosen.length }),
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

/** Runs one thread's share of a target; a thread that falls silent is ended and its input reported. */
function runShare(share: Share): Promise<Counts> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: share,
    resourceLimits: { maxOldGenerationSizeMb: 2048 },
  });
  let iteration = share.first;
  return new Promise((resolveShare) => {
    const end = (reason?: string) => {
      clearTimeout(silence);
      void worker.terminate();
      if (reason === undefined) return;
      void inputAt(share, iteration).then((input) => {
        findings.push({ target: share.name, iteration, reason, input });
        resolveShare(new Map([['finding', 1]]));
      });
    };
    const silence = setTimeout(() => end('never ended'), SILENCE);
    worker.on('message', (message: { iteration?: number; finding?: Finding; counts?: Counts }) => {
      silence.refresh();
      if (message.iteration !== undefined) iteration = message.iteration;
      if (message.finding !== undefined) findings.push(message.finding);
      if (message.counts === undefined) return;
      end();
      resolveShare(message.counts);
    });
    worker.on('error', (error) => end(`ended the thread: ${error.stack ?? error.message}`));
  });
}

async function inputAt({ name, seed: start }: Share, iteration: number): Promise<Uint8Array> {
  return inputOf((await targets[name]?.seeds()) ?? [], start, iteration);
}
