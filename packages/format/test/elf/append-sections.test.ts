import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { appendSections, readElf, readSection } from '../../src/elf/index.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { makeElf } from './make-elf.ts';

const added = [
  { name: '.one', bytes: new TextEncoder().encode('first') },
  { name: '.two', bytes: new Uint8Array(1000).fill(2) },
];

describe('appendSections', () => {
  test.each([32, 64] as const)('adds contents to an ELF file of %i bits and leaves what was there', async (bits) => {
    const file = makeElf({ class: bits, sections: [{ name: '.text', bytes: Uint8Array.of(1, 2, 3) }] });
    const result = await appendSections(file, added);
    const source = bufferSource(result);
    const elf = await readElf(source);
    expect(elf.sections.map(({ name }) => name)).toEqual(['', '.text', '.shstrtab', '.one', '.two']);
    expect(elf.end).toBe(result.length);
    for (const { name, bytes } of added) expect(await readSection(source, elf, name)).toEqual(bytes);
    expect(await readSection(source, elf, '.text')).toEqual(Uint8Array.of(1, 2, 3));
    const headerSize = bits === 64 ? 64 : 52;
    expect(result.subarray(headerSize, file.length)).toEqual(file.subarray(headerSize));
  });

  test('refuses a file without a table of sections', async () => {
    const file = makeElf({ header: { sectionHeaderOffset: 0, sectionHeaderCount: 0, sectionNameTableIndex: 0 } });
    await expect(appendSections(file, added)).rejects.toThrow(RangeError);
  });

  testWith(['readelf'], 'makes what readelf reads without a warning, and what still runs', async () => {
    const path = join(temporaryFolder(), 'program');
    cpSync('/bin/true', path, { dereference: true });
    writeFileSync(path, await appendSections(readFileSync(path), added));
    chmodSync(path, 0o755);
    const { stdout, stderr } = await execa('readelf', ['--wide', '--headers', '--string-dump=.one', path]);
    expect(stderr).toBe('');
    expect(stdout).toContain('] .two ');
    expect(stdout).toContain('first');
    await expect(execa(path)).resolves.toMatchObject({ exitCode: 0 });
  });
});
