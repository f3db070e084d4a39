import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { FileRange, ReadonlyFileSystem } from '@appimage-js/format';
import { describe, expect, test } from 'vitest';
import { LocalFileSystem } from '../../../src/lint/subject/local-files.ts';
import { visitFile } from '../../../src/lint/subject/visited-file.ts';

/** The program that runs the tests, a large ELF file, and how often what of it was read. */
async function visitNode() {
  const reads: FileRange[] = [];
  const files: ReadonlyFileSystem = new (class extends LocalFileSystem {
    override readFile(...[file, range]: Parameters<LocalFileSystem['readFile']>) {
      reads.push({ start: range?.start ?? 0, end: range?.end ?? Number.POSITIVE_INFINITY });
      return super.readFile(file, range);
    }
  })(dirname(process.execPath));
  const path = basename(process.execPath);
  const entry = { path, stat: await files.stat(path) };
  return { file: await visitFile(files, entry, undefined), reads };
}

describe('A large file that is visited', () => {
  test('has its head read, and nothing else until it is asked for', async () => {
    const { file, reads } = await visitNode();
    expect(file.head).toEqual(new Uint8Array(readFileSync(process.execPath).subarray(0, 4096)));
    expect(reads).toEqual([{ start: 0, end: 4096 }]);
  });

  test('is parsed as ELF once, by a few of its blocks', async () => {
    const { file, reads } = await visitNode();
    const [first, second] = await Promise.all([file.elf(), file.elf()]);
    expect(first?.sections.length).toBeGreaterThan(5);
    expect(second).toBe(first);
    const bytes = reads.reduce((sum, { start = 0, end = 0 }) => sum + end - start, 0);
    expect(bytes).toBeLessThan(file.entry.stat.size / 4);
  });

  test('is no text', async () => {
    const { file } = await visitNode();
    expect(await file.text()).toBeUndefined();
  });
});
