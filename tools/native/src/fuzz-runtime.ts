#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildFuzzer, type FuzzTarget, fuzzTargets, keptCorpus } from './fuzz-build.ts';
import { writeSeeds } from './fuzz-seeds.ts';

const usage = `Usage: fuzz-runtime [--target ${fuzzTargets.join('|')}|all] [--seconds N] [--jobs N] [--seed N]
       fuzz-runtime --write-seeds`;

/** What the fuzzer learns is kept from one run to the next. */
const stateFolder = fileURLToPath(new URL('../.toolchain/fuzz/', import.meta.url));

/** More bytes than that teach nothing new. */
const largest: Readonly<Record<FuzzTarget, number>> = {
  image: 65536,
  iso9660: 65536,
  elf: 8192,
  codecs: 16384,
  options: 1024,
  env: 4096,
};

interface Run {
  readonly fuzzer: string;
  readonly target: FuzzTarget;
  readonly seconds: number;
  readonly jobs: number;
  readonly seed: number;
}

function fuzz({ fuzzer, target, seconds, jobs, seed }: Run): Promise<number> {
  const learned = join(stateFolder, target);
  mkdirSync(learned, { recursive: true });
  const limits = [`-max_len=${largest[target]}`, '-timeout=10', '-rss_limit_mb=2048', `-max_total_time=${seconds}`];
  const output = [`-artifact_prefix=${learned}-`, '-print_final_stats=1', `-seed=${seed}`];
  const parallel = jobs > 1 ? [`-fork=${jobs}`] : [];
  const args = [...limits, ...output, ...parallel, learned, keptCorpus(target)];
  const child = spawn(fuzzer, args, { stdio: 'inherit', env: { PATH: process.env['PATH'], FUZZ_TARGET: target } });
  return new Promise((resolve) => child.on('close', (status) => resolve(status ?? 1)));
}

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: 'all' },
    seconds: { type: 'string', default: '60' },
    jobs: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    'write-seeds': { type: 'boolean', default: false },
  },
});
const [seconds, jobs, seed] = [Number(values.seconds), Number(values.jobs), Number(values.seed)];
const targets = values.target === 'all' ? fuzzTargets : fuzzTargets.filter((name) => name === values.target);
if (![seconds, jobs, seed].every((value) => Number.isSafeInteger(value) && value > 0) || targets.length === 0) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}
const workFolder = mkdtempSync(join(tmpdir(), 'fuzz-runtime-'));
try {
  if (values['write-seeds']) {
    for (const target of targets) await writeSeeds(target, workFolder);
  } else {
    const fuzzer = await buildFuzzer(workFolder);
    for (const target of targets) {
      process.stderr.write(`== ${target}\n`);
      process.exitCode = (await fuzz({ fuzzer, target, seconds, jobs, seed })) || process.exitCode || 0;
    }
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(workFolder, { recursive: true, force: true });
}
