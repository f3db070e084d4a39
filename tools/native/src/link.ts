import { join } from 'node:path';
import type { Build } from './compile.ts';
import { run } from './run.ts';

/** Links the objects into one static program without an interpreter. */
export async function link(
  { architecture, toolchain }: Build,
  objects: readonly string[],
  output: string,
  options: { readonly stripped: boolean },
): Promise<void> {
  const musl = (name: string): string => join(architecture.muslLibraries, name);
  const library = (name: string): string => join(architecture.libraries, name);
  await run(toolchain.linker, [
    ...['-static', '-pie', '--no-dynamic-linker', '-z', 'text'],
    ...['-z', 'relro', '-z', 'now', '-z', 'noexecstack', '-z', 'separate-code'],
    ...['--gc-sections', '--icf=safe', '--build-id=none', '-O2', '--fatal-warnings'],
    ...(options.stripped ? ['--strip-all'] : []),
    ...['-o', output],
    ...[musl('rcrt1.o'), musl('crti.o')],
    ...objects,
    ...[library('libzstd.a'), library('libdeflate.a')],
    ...[musl('libc.a'), musl('crtn.o')],
  ]);
}
