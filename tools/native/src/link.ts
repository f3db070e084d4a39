import { basename, join } from 'node:path';
import type { Build } from './compile.ts';
import { run } from './run.ts';
import { copyWithoutUnwindTables } from './unwind-tables.ts';

/** Links the objects into one static program without an interpreter. */
export async function link(
  { toolchain: { compiler, libraries }, workFolder }: Build,
  objects: readonly string[],
  output: string,
  options: { readonly stripped: boolean },
): Promise<void> {
  const musl = (name: string): string => join(libraries.muslLibraries, name);
  const builtins = libraries.builtins === undefined ? [] : [libraries.builtins];
  const archives = [...libraries.archives, musl('libc.a'), ...builtins].map((archive) => {
    const copy = join(workFolder, basename(archive));
    copyWithoutUnwindTables(archive, copy);
    return copy;
  });
  await run(compiler.linker, [
    ...['-static', '-pie', '--no-dynamic-linker', '-z', 'text'],
    ...['-z', 'relro', '-z', 'now', '-z', 'noexecstack'],
    ...['--gc-sections', '--build-id=none', '-O2', '--fatal-warnings'],
    ...(options.stripped ? ['--strip-all'] : []),
    ...['-o', output],
    ...[musl('rcrt1.o'), musl('crti.o')],
    ...objects,
    ...archives,
    musl('crtn.o'),
  ]);
}
