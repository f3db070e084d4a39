import { accessSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.ts';

/** One machine that a runtime can be built for, and where Debian keeps what is needed for it. */
export interface Architecture {
  /** As clang and the specification of AppImage spell it. */
  readonly name: string;
  readonly target: string;
  readonly muslHeaders: string;
  readonly muslLibraries: string;
  /** The static libraries of the distribution; only symbols that musl has too are wanted from its libc. */
  readonly libraries: string;
  readonly kernelHeaders: string;
  readonly elfMachine: number;
}

export const architectures: Readonly<Record<string, Architecture>> = {
  x86_64: {
    name: 'x86_64',
    target: 'x86_64-linux-musl',
    muslHeaders: '/usr/include/x86_64-linux-musl',
    muslLibraries: '/usr/lib/x86_64-linux-musl',
    libraries: '/usr/lib/x86_64-linux-gnu',
    kernelHeaders: '/usr/include/x86_64-linux-gnu/asm',
    elfMachine: 62,
  },
};

export interface Toolchain {
  readonly clang: string;
  readonly linker: string;
  readonly compilerHeaders: string;
}

/** What has to be on the machine, and the Debian package that brings it. */
function requirements(architecture: Architecture): ReadonlyArray<readonly [path: string, debianPackage: string]> {
  return [
    [join(architecture.muslHeaders, 'stdio.h'), 'musl-dev'],
    [join(architecture.muslLibraries, 'libc.a'), 'musl-dev'],
    [join(architecture.libraries, 'libzstd.a'), 'libzstd-dev'],
    [join(architecture.libraries, 'libdeflate.a'), 'libdeflate-dev'],
    [architecture.kernelHeaders, 'linux-libc-dev'],
    ['/usr/include/linux/fuse.h', 'linux-libc-dev'],
  ];
}

/**
 * Finds compiler, linker and libraries.
 *
 * @throws Error with one line that says what to install
 */
export async function findToolchain(architecture: Architecture): Promise<Toolchain> {
  const clang = findProgram('clang');
  const linker = findProgram('ld.lld');
  const missing = requirements(architecture).filter(([path]) => !isReadable(path));
  const packages = new Set(missing.map(([, debianPackage]) => debianPackage));
  if (clang === undefined) packages.add('clang');
  if (linker === undefined) packages.add('lld');
  if (clang === undefined || linker === undefined || packages.size > 0) {
    throw new Error(`Cannot build the runtime: install what it needs with: apt-get install ${[...packages].join(' ')}`);
  }
  const resources = await run(clang, ['-print-resource-dir']);
  return { clang, linker, compilerHeaders: join(resources.trim(), 'include') };
}

/** The path of a program on PATH. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isReadable);
}

function isReadable(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
