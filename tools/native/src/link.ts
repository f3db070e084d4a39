import { basename, join } from 'node:path';
import type { Build } from './compile.ts';
import { run } from './run.ts';
import { copyWithoutUnwindTables } from './unwind-tables.ts';

export interface LinkOptions {
  readonly stripped: boolean;
  /** Whether it has a C library. Default: it does. */
  readonly hosted?: boolean;
}

/** Links the objects into one static program without an interpreter. */
export async function link(
  { toolchain: { compiler, libraries }, workFolder }: Build,
  objects: readonly string[],
  output: string,
  { stripped, hosted = true }: LinkOptions,
): Promise<void> {
  const musl = (name: string): string => join(libraries.muslLibraries, name);
  const builtins = libraries.builtins === undefined ? [] : [libraries.builtins];
  const archives = [...(hosted ? [...libraries.archives, musl('libc.a')] : []), ...builtins].map((archive) => {
    const copy = join(workFolder, basename(archive));
    copyWithoutUnwindTables(archive, copy);
    return copy;
  });
  await run(compiler.linker, [
    ...['-static', '-pie', '--no-dynamic-linker', '-z', 'text'],
    ...['-z', 'relro', '-z', 'now', '-z', 'noexecstack'],
    ...['--gc-sections', '--build-id=none', '-O2', '--fatal-warnings'],
    ...(stripped ? ['--strip-all'] : []),
    ...['-o', output],
    ...(hosted ? [musl('rcrt1.o'), musl('crti.o')] : []),
    ...objects,
    ...archives,
    ...(hosted ? [musl('crtn.o')] : []),
  ]);
}
