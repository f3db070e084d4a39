import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Architecture } from './architectures.ts';
import type { NativeProgram } from './native-programs.ts';
import { run } from './run.ts';
import { linkHeaders, nativeFolder } from './sources.ts';
import type { Toolchain } from './toolchain.ts';

/** Flags for every source, those of the fuzzer too. */
export const languageFlags = ['-std=c11', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-Wshadow', '-Wvla'];

/*
 * Position independent: the server parses untrusted data, so its addresses should not be known beforehand. A start takes 10
 * to 20 microseconds longer for it.
 */
const codeFlags = [
  '-Os',
  '-fPIE',
  '-fstack-protector-strong',
  '-fno-asynchronous-unwind-tables',
  '-ffunction-sections',
  '-fdata-sections',
  '-fno-ident',
];

/** For a program without a C library: nothing may need one, or its start-up code. */
const freestandingFlags = ['-ffreestanding', '-fno-stack-protector', '-fvisibility=hidden'];

export interface Build {
  readonly architecture: Architecture;
  readonly toolchain: Toolchain;
  readonly version: string;
  /** A folder of its own, for everything in between. */
  readonly workFolder: string;
}

/** Compiles all sources of a program. Returns the object files, in the order to link them in. */
export async function compile(build: Build, program: NativeProgram): Promise<string[]> {
  const { withoutLibrary } = build.architecture;
  const flags = [...flagsFor(build), ...(program.hosted ? [] : [...freestandingFlags, ...withoutLibrary])];
  const sources = program.sources();
  const objects = sources.map((source) => join(build.workFolder, `${source.replaceAll('/', '-')}.o`));
  const queue = [...sources.keys()];
  const worker = async (): Promise<void> => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      const source = join(nativeFolder, sources[index] ?? '');
      await run(build.toolchain.compiler.clang, [...flags, '-c', source, '-o', objects[index] ?? '']);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return objects;
}

/** Compiles a source that is no part of the runtime, in the same way. */
export async function compileOne(build: Build, source: string): Promise<string[]> {
  const object = join(build.workFolder, 'program.o');
  await run(build.toolchain.compiler.clang, [...flagsFor(build), '-c', source, '-o', object]);
  return [object];
}

function flagsFor({ architecture, toolchain, version, workFolder }: Build): string[] {
  const headers = linkHeaders(join(workFolder, 'include'), toolchain.libraries.headers);
  const { compiler, libraries } = toolchain;
  return [
    `--target=${architecture.target}`,
    ...architecture.processor,
    ...languageFlags,
    ...codeFlags,
    // Neither the path of the checkout nor the clock may reach the output.
    `-ffile-prefix-map=${nativeFolder}=`,
    '-Wdate-time',
    '-nostdinc',
    ...[libraries.muslHeaders, compiler.headers, headers].flatMap((folder) => ['-isystem', folder]),
    `-I${nativeFolder}`,
    `-DRUNTIME_VERSION="${version}"`,
    `-DRUNTIME_ARCHITECTURE="${architecture.name}"`,
  ];
}
