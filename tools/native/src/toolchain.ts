import { accessSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import type { Architecture } from './architectures.ts';
import { MissingToolchain } from './missing-toolchain.ts';
import { run } from './run.ts';
import { fetchSysroot, sysrootOf } from './sysroot.ts';

/** Compiler and linker, which know every architecture. */
export interface Compiler {
  readonly clang: string;
  readonly linker: string;
  readonly headers: string;
  /** Such as "14.0.6". */
  readonly version: string;
}

/** Where the headers and the static libraries for one architecture are. */
export interface Libraries {
  readonly muslHeaders: string;
  readonly muslLibraries: string;
  /** Only symbols that musl has too are wanted from the C library that these were built for. */
  readonly archives: readonly string[];
  /** Functions that the compiler calls on its own, where the processor lacks an instruction. */
  readonly builtins: string | undefined;
  /** Folders and files that make up the search path for headers of the kernel and of the libraries. */
  readonly headers: readonly string[];
}

export interface Toolchain {
  readonly compiler: Compiler;
  readonly libraries: Libraries;
}

const HEADERS = ['linux', 'asm-generic', 'zstd.h', 'zstd_errors.h', 'libdeflate.h', 'lzma.h', 'lzma'];

/** Debian's package for each file that has to be there. */
function requirements(libraries: Libraries): ReadonlyArray<readonly [path: string, debianPackage: string]> {
  const packageOf: Readonly<Record<string, string>> = {
    asm: 'linux-libc-dev',
    'asm-generic': 'linux-libc-dev',
    linux: 'linux-libc-dev',
    'libdeflate.a': 'libdeflate-dev',
    'libdeflate.h': 'libdeflate-dev',
    'liblzma.a': 'liblzma-dev',
    lzma: 'liblzma-dev',
    'lzma.h': 'liblzma-dev',
    'libzstd.a': 'libzstd-dev',
    'zstd.h': 'libzstd-dev',
    'zstd_errors.h': 'libzstd-dev',
  };
  const { muslHeaders, muslLibraries, archives, headers, builtins } = libraries;
  return [
    [join(muslHeaders, 'stdio.h'), 'musl-dev'],
    [join(muslLibraries, 'libc.a'), 'musl-dev'],
    ...[...archives, ...headers].map((path) => [path, packageOf[basename(path)] ?? basename(path)] as const),
    ...(builtins === undefined ? [] : [[builtins, 'libclang-rt-dev'] as const]),
  ];
}

function librariesBelow(root: string, architecture: Architecture, compiler: Compiler): Libraries {
  const { muslTriple, gnuTriple, builtins } = architecture;
  const library = (name: string): string => join(root, 'usr/lib', gnuTriple, name);
  const resources = join(root, compiler.headers, '..');
  return {
    muslHeaders: join(root, 'usr/include', muslTriple),
    muslLibraries: join(root, 'usr/lib', muslTriple),
    archives: ['libzstd.a', 'libdeflate.a', 'liblzma.a'].map(library),
    builtins: builtins && join(resources, 'lib/linux', `libclang_rt.builtins-${builtins}.a`),
    headers: [...HEADERS.map((name) => join(root, 'usr/include', name)), join(root, 'usr/include', gnuTriple, 'asm')],
  };
}

/**
 * Finds compiler and linker.
 *
 * @throws MissingToolchain with one line that says what to install
 */
async function findCompiler(): Promise<Compiler> {
  const clang = findProgram('clang');
  const linker = findProgram('ld.lld');
  if (clang === undefined || linker === undefined) throw missing(['clang', 'lld']);
  const resources = (await run(clang, ['-print-resource-dir'])).trim();
  return { clang, linker, headers: join(resources, 'include'), version: basename(resources) };
}

/**
 * Finds compiler, linker and libraries.
 *
 * @param options `fetch`: whether the libraries for a foreign architecture may be fetched when they are not there
 * @throws MissingToolchain with one line that says what to do
 */
export async function findToolchain(
  architecture: Architecture,
  options: { readonly fetch: boolean } = { fetch: false },
): Promise<Toolchain> {
  const compiler = await findCompiler();
  const root = sysrootOf(architecture);
  const libraries = librariesBelow(root, architecture, compiler);
  const packages = (): string[] => [
    ...new Set(
      requirements(libraries)
        .filter(([path]) => !isReadable(path))
        .map(([, debianPackage]) => debianPackage),
    ),
  ];
  if (root === '/') {
    if (packages().length > 0) throw missing(packages());
    return { compiler, libraries };
  }
  if (packages().length > 0 && options.fetch) {
    await fetchSysroot(architecture, compiler.version.replace(/\..*/, ''));
  }
  if (packages().length > 0) {
    throw new MissingToolchain(
      `Cannot build the runtime for ${architecture.name}: its libraries are not complete (${packages().join(' ')}); ` +
        'on a Debian-like system with a network connection, "pnpm fetch-sysroots" gets them',
    );
  }
  return { compiler, libraries };
}

function missing(packages: readonly string[]): MissingToolchain {
  return new MissingToolchain(
    `Cannot build the runtime: install what it needs with: apt-get install ${packages.join(' ')}`,
  );
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
