import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Oracle, run } from '@appimage-js/testing';

const machines: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };
const machine = machines[process.arch] ?? process.arch;
const musl = { headers: `/usr/include/${machine}-linux-musl`, libraries: `/usr/lib/${machine}-linux-musl` };
const kernelHeaders = ['/usr/include/linux', '/usr/include/asm-generic', `/usr/include/${machine}-linux-gnu/asm`];

/** What {@link buildStatic} cannot do without. */
export const compilers: readonly Oracle[] = [
  'clang',
  'ld.lld',
  { name: 'musl-dev', isThere: existsSync(join(musl.libraries, 'libc.a')) },
];

/** Compiles one of the C programs of this folder, without any need of the system that it runs on. Returns its path. */
export function buildStatic(source: 'application' | 'without', folder: string): string {
  const headers = join(folder, `${source}-headers`);
  const [object, program] = [join(folder, `${source}.o`), join(folder, source)];
  mkdirSync(headers);
  for (const header of kernelHeaders) symlinkSync(header, join(headers, header.split('/').at(-1) ?? ''));
  const resources = run('clang', ['-print-resource-dir']).trim();
  run('clang', [
    ...[`--target=${machine}-linux-musl`, '-std=c11', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-Os', '-fPIE'],
    ...['-nostdinc', '-isystem', musl.headers, '-isystem', join(resources, 'include'), '-isystem', headers],
    ...['-c', fileURLToPath(new URL(`programs/${source}.c`, import.meta.url)), '-o', object],
  ]);
  const part = (name: string): string => join(musl.libraries, name);
  run('ld.lld', [
    ...['-static', '-pie', '--no-dynamic-linker', '-z', 'text', '--gc-sections', '-s', '-o', program],
    ...[part('rcrt1.o'), part('crti.o'), object, part('libc.a'), part('crtn.o')],
  ]);
  return program;
}
