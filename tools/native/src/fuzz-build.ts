import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { languageFlags } from './compile.ts';
import { run } from './run.ts';
import { nativeFolder } from './sources.ts';
import { findProgram } from './toolchain.ts';

/** What the fuzzer can be told to do, as in `fuzz/targets.h`. */
export const fuzzTargets = ['image', 'iso9660', 'elf', 'codecs', 'options', 'env'] as const;
export type FuzzTarget = (typeof fuzzTargets)[number];

/**
 * The way in; what writes a line for each of a thousand inputs a second; what replaces parts of a static library, of which the
 * fuzzer takes the shared one.
 */
const leftOut = new Set(['main.c', 'system/report.c', 'decompress/zstd-legacy.c']);

/** Folders of programs with a `main` of their own. */
const otherPrograms = ['confine/', 'first-stage/'];

const sanitizers = [
  '-g',
  '-O1',
  '-fno-omit-frame-pointer',
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=all',
];

/** Whether the compiler and its library for fuzzing are here. */
export function canFuzz(): boolean {
  const library = '/usr/lib/llvm-*/lib/clang/*/lib/*/libclang_rt.fuzzer*';
  return findProgram('clang') !== undefined && globSync(library).length > 0;
}

/**
 * Builds one program of the runtime's parts, with libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer. FUZZ_TARGET in
 * its environment says which part gets the input.
 *
 * @throws Error with one line that says what to install
 */
export async function buildFuzzer(workFolder: string): Promise<string> {
  const clang = findProgram('clang');
  if (clang === undefined || !canFuzz()) {
    throw new Error('Cannot build the fuzzer: install what it needs with: apt-get install clang libclang-rt-dev');
  }
  const sources = globSync('**/*.c', { cwd: nativeFolder })
    .filter((source) => !(leftOut.has(source) || otherPrograms.some((folder) => source.startsWith(folder))))
    .sort();
  const objects = sources.map((source) => join(workFolder, `${source.replaceAll('/', '-')}.o`));
  const queue = [...sources.keys()];
  const worker = async (): Promise<void> => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      const source = sources[index] ?? '';
      const flags = [...languageFlags, ...sanitizers, '-fsanitize=fuzzer-no-link', `-I${nativeFolder}`];
      await run(clang, [...flags, '-c', join(nativeFolder, source), '-o', objects[index] ?? '']);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  const fuzzer = join(workFolder, 'fuzzer');
  const libraries = ['-lzstd', '-ldeflate', '-llzma', '-lpthread'];
  await run(clang, [...sanitizers, '-fsanitize=fuzzer', ...objects, ...libraries, '-o', fuzzer]);
  return fuzzer;
}

/** The inputs that are kept with the sources: one small file for each way that was worth a look. */
export function keptCorpus(target: FuzzTarget): string {
  return join(nativeFolder, 'fuzz/corpus', basename(target));
}
