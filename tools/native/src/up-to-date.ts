import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Architecture } from './architectures.ts';
import { packageVersion } from './runtime.ts';
import { nativeFolder } from './sources.ts';
import type { Toolchain } from './toolchain.ts';

/*
 * Not turbo's cache: what is built depends on the compiler and the libraries of the machine, which turbo does not see, and it
 * would keep for ever that there was nothing to build with.
 */
const records = fileURLToPath(new URL('../.toolchain/built/', import.meta.url));
const ownSources = fileURLToPath(new URL('.', import.meta.url));

/** What the programs for an architecture are made of: its sources, these tools, the compiler and the libraries. */
export function fingerprint(architecture: Architecture, { compiler, libraries }: Toolchain): string {
  const hash = createHash('sha256');
  const addFile = (path: string): void => {
    hash.update(`${path}\0`).update(createHash('sha256').update(readFileSync(path)).digest());
  };
  hash.update(JSON.stringify([architecture, packageVersion(), compiler]));
  for (const program of [compiler.clang, compiler.linker]) {
    const { size, mtimeMs } = statSync(program);
    hash.update(`${size} ${mtimeMs}\0`);
  }
  for (const folder of [nativeFolder, ownSources]) {
    const sources = globSync('**/*.{c,h,ts}', { cwd: folder }).sort();
    for (const source of sources) addFile(join(folder, source));
  }
  for (const library of [...libraries.archives, join(libraries.muslLibraries, 'libc.a')]) addFile(library);
  return hash.digest('hex');
}

/** Whether a file is what was built from exactly that, and has not been changed since. */
export function isUpToDate(name: string, output: string, print: string): boolean {
  try {
    return readFileSync(recordOf(name), 'utf8') === record(output, print);
  } catch {
    return false;
  }
}

/** Remembers what a file has been built from. */
export function remember(name: string, output: string, print: string): void {
  const path = recordOf(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, record(output, print));
}

function recordOf(name: string): string {
  return join(records, name);
}

function record(output: string, print: string): string {
  const content = createHash('sha256').update(readFileSync(output)).digest('hex');
  return `${output}\n${print}\n${content}\n`;
}
