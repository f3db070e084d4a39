import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run, temporaryFolder } from '@appimage-js/testing';

/** Compiles a program or library of C into an AppDir; with the options of gcc that are given. */
export function compile(target: string, source: string, options: readonly string[] = []): void {
  const file = join(temporaryFolder(), 'source.c');
  writeFileSync(file, source);
  mkdirSync(dirname(target), { recursive: true });
  run('gcc', ['-o', target, file, ...options]);
}
