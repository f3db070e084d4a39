#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync, globSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { languageFlags } from './compile.ts';
import { run } from './run.ts';
import { nativeFolder } from './sources.ts';
import { findProgram } from './toolchain.ts';

const usage = 'Usage: fuzz-runtime [--seconds N] [--jobs N]';

/** What the fuzzer learns is kept from one run to the next. */
const stateFolder = fileURLToPath(new URL('../.toolchain/fuzz/', import.meta.url));

/** The parts that read untrusted bytes, and what they lean on. */
const fuzzedSources = ['fuzz/*.c', 'image/elf-*.c', 'image/image.c', 'squashfs/*.c'];

/** Left out: it replaces parts of the static library, and the fuzzer takes the shared one. */
const leftOut = 'squashfs/zstd-legacy.c';

/**
 * Images to begin with. Without compression, so that a changed byte is a changed field, and one of each compressor, so that
 * the way through it is known.
 */
const seeds: Readonly<Record<string, readonly string[]>> = {
  plain: ['-noI', '-noD', '-noF', '-noX', '-b', '4K'],
  'no-fragments': ['-noI', '-noD', '-noX', '-no-fragments', '-b', '8K'],
  gzip: ['-comp', 'gzip', '-b', '4K'],
  zstd: ['-comp', 'zstd', '-b', '4K'],
};

async function buildFuzzer(clang: string, output: string): Promise<void> {
  const sources = fuzzedSources
    .flatMap((pattern) => globSync(pattern, { cwd: nativeFolder }))
    .filter((source) => source !== leftOut)
    .sort();
  await run(clang, [
    ...languageFlags,
    ...['-g', '-O1', '-fno-omit-frame-pointer', '-fsanitize=fuzzer,address,undefined', '-fno-sanitize-recover=all'],
    `-I${nativeFolder}`,
    ...sources.map((source) => join(nativeFolder, source)),
    ...['-lzstd', '-ldeflate', '-lpthread', '-o', output],
  ]);
}

/** A small tree with something of every kind in it. */
async function makeTree(folder: string): Promise<void> {
  mkdirSync(join(folder, 'usr/bin'), { recursive: true });
  mkdirSync(join(folder, 'many'));
  writeFileSync(join(folder, 'AppRun'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'usr/bin/blocks'), Buffer.alloc(19_000, 'some text, again and again '));
  writeFileSync(join(folder, 'usr/bin/hole'), Buffer.alloc(20_000));
  symlinkSync('usr/bin/blocks', join(folder, 'link'));
  linkSync(join(folder, 'AppRun'), join(folder, 'usr/bin/same'));
  if (findProgram('setfattr') !== undefined) {
    for (const [name, value] of Object.entries({ short: 'x', long: 'y'.repeat(200), empty: '' })) {
      for (const file of ['AppRun', 'usr', 'many']) {
        await run('setfattr', ['-n', `user.${name}`, '-v', value, join(folder, file)]);
      }
    }
  }
  for (let i = 0; i < 300; i++)
    writeFileSync(join(folder, 'many', `a-rather-long-name-number-${i}`), i % 50 ? '' : 'x');
}

async function makeSeeds(workFolder: string, corpus: string): Promise<void> {
  if (findProgram('mksquashfs') === undefined) {
    process.stderr.write('Without mksquashfs (apt-get install squashfs-tools) the fuzzer begins with nothing\n');
    return;
  }
  const tree = join(workFolder, 'tree');
  await makeTree(tree);
  const pseudo = ['-p', 'null c 666 0 0 1 3', '-p', 'pipe i 644 0 0 f'];
  for (const [name, options] of Object.entries(seeds)) {
    const seed = join(corpus, `seed-${name}`);
    if (existsSync(seed)) continue;
    const common = ['-noappend', '-quiet', '-no-progress', '-all-root', '-nopad'];
    await run('mksquashfs', [tree, seed, ...common, ...options, ...pseudo]);
  }
}

async function fuzz(seconds: number, jobs: number): Promise<number> {
  const clang = findProgram('clang');
  if (clang === undefined || globSync('/usr/lib/llvm-*/lib/clang/*/lib/*/libclang_rt.fuzzer*').length === 0) {
    throw new Error('Cannot build the fuzzer: install what it needs with: apt-get install clang libclang-rt-dev');
  }
  const workFolder = mkdtempSync(join(tmpdir(), 'fuzz-runtime-'));
  try {
    const corpus = join(stateFolder, 'corpus');
    mkdirSync(corpus, { recursive: true });
    const fuzzer = join(workFolder, 'read-everything');
    await buildFuzzer(clang, fuzzer);
    await makeSeeds(workFolder, corpus);
    const limits = ['-max_len=65536', '-timeout=10', '-rss_limit_mb=2048', `-max_total_time=${seconds}`];
    const output = [`-artifact_prefix=${stateFolder}`, '-print_final_stats=1', `-fork=${jobs}`];
    const child = spawn(fuzzer, [...limits, ...output, corpus], { stdio: 'inherit' });
    return await new Promise((resolve) => child.on('close', (status) => resolve(status ?? 1)));
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, jobs: { type: 'string', default: '1' } },
});
const [seconds, jobs] = [Number(values.seconds), Number(values.jobs)];
if (!(Number.isSafeInteger(seconds) && Number.isSafeInteger(jobs)) || seconds < 1 || jobs < 1) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}
try {
  process.exitCode = await fuzz(seconds, jobs);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
