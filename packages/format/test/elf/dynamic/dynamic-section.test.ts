import { readFileSync, writeFileSync } from 'node:fs';
import { findTool, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { DYNAMIC_ENTRY_SIZE, serializeDynamicEntry } from '../../../src/elf/dynamic/dynamic-entry.ts';
import { readDynamicSection } from '../../../src/elf/dynamic/dynamic-section.ts';
import { readElf, serializeProgramHeader } from '../../../src/elf/index.ts';
import { PT_DYNAMIC } from '../../../src/elf/program-header.ts';
import { isAppImageError } from '../../../src/errors.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { openFileSource } from '../../../src/node/file-source.ts';
import { makeElf } from '../make-elf.ts';

async function dynamicSectionOf(path: string) {
  await using source = await openFileSource(path);
  return await readDynamicSection(source, await readElf(source));
}

/** The versions as readelf lists them: needed ones by library, and those that are offered. */
function versionsByReadelf(path: string) {
  const needed: { library: string; versions: string[]; weak: string[] }[] = [];
  const offered: string[] = [];
  for (const line of run('readelf', ['-VW', path]).split('\n')) {
    const library = /Version: 1 {2}File: (\S+)/.exec(line)?.[1];
    if (library !== undefined) needed.push({ library, versions: [], weak: [] });
    const [, version, flags] = /^ {2}0x\w+: {3}Name: (\S+) {2}Flags: (.*?) {2}Version/.exec(line) ?? [];
    if (version !== undefined) {
      needed.at(-1)?.versions.push(version);
      if (flags?.includes('WEAK')) needed.at(-1)?.weak.push(version);
    }
    const own = /Rev: 1 {2}Flags: (?!BASE).*Name: (\S+)$/.exec(line)?.[1];
    if (own !== undefined) offered.push(own);
  }
  return { needed, offered };
}

/** A library with a name, search paths and versions, made by the system's linker. */
function linkLibrary(folder: string, ...flags: string[]): string {
  const path = `${folder}/library.so`;
  writeFileSync(`${folder}/library.c`, 'int probe(void) { return 1; }');
  run('gcc', ['-shared', '-nostdlib', '-fPIC', `${folder}/library.c`, '-o', path, ...flags]);
  return path;
}

describe('the dynamic section', () => {
  testWith(['readelf'], 'has the versions that readelf lists', async () => {
    const expected = versionsByReadelf(process.execPath);
    expect(expected.needed.length).toBeGreaterThan(2);
    expect((await dynamicSectionOf(process.execPath))?.neededVersions).toEqual(expected.needed);
  });

  testWith(['readelf', 'ldd'], 'of the C and C++ libraries has the versions that readelf says they offer', async () => {
    const libraries = [...run('ldd', [process.execPath]).matchAll(/=> (\/\S*lib(?:c|stdc\+\+|m)\.so\.\d)/g)];
    expect(libraries).toHaveLength(3);
    for (const [, path] of libraries) {
      const expected = versionsByReadelf(path as string);
      expect(expected.offered.length).toBeGreaterThan(10);
      expect((await dynamicSectionOf(path as string))?.offeredVersions).toEqual(expected.offered);
    }
  });

  testWith(['gcc'], 'has the name, the search paths and the flags that the linker was given', async () => {
    const folder = temporaryFolder();
    const old = linkLibrary(
      folder,
      '-Wl,-soname,libprobe.so.1,--disable-new-dtags,-rpath,$ORIGIN/../lib:/opt/x,-z,nodefaultlib',
    );
    expect(await dynamicSectionOf(old)).toMatchObject({
      soname: 'libprobe.so.1',
      rpath: '$ORIGIN/../lib:/opt/x',
      runpath: null,
      withoutDefaultLibraries: true,
      positionIndependentProgram: false,
      textRelocations: false,
    });
    const newer = linkLibrary(folder, '-Wl,--enable-new-dtags,-rpath,$ORIGIN');
    expect(await dynamicSectionOf(newer)).toMatchObject({ soname: null, rpath: null, runpath: '$ORIGIN' });
  });

  testWith(['gcc'], 'is read without section headers as with them', async () => {
    const folder = temporaryFolder();
    const path = linkLibrary(folder, '-Wl,-soname,libprobe.so.1');
    const bytes = new Uint8Array(readFileSync(path));
    const elf = await readElf(bufferSource(bytes));
    bytes.fill(0, 40, 48); // e_shoff
    bytes.fill(0, 58, 64); // e_shentsize, e_shnum, e_shstrndx
    const without = await readElf(bufferSource(bytes));
    expect(without.sections).toEqual([]);
    expect(await readDynamicSection(bufferSource(bytes), without)).toEqual(
      await readDynamicSection(bufferSource(bytes), elf),
    );
  });

  test('of a static program is null', async () => {
    const source = bufferSource(makeElf());
    expect(await readDynamicSection(source, await readElf(source))).toBeNull();
  });

  testWith(
    ['readelf'],
    'is a value or an AppImageError when any byte of it or of the versions is changed',
    async () => {
      const bytes = new Uint8Array(readFileSync(findTool('readelf') as string));
      const elf = await readElf(bufferSource(bytes));
      const parts = [
        ...elf.programHeaders
          .filter(({ type }) => type === PT_DYNAMIC)
          .map(({ offset, fileSize }) => [offset, fileSize]),
        ...elf.sections.filter(({ name }) => name === '.gnu.version_r').map(({ offset, size }) => [offset, size]),
      ] as [number, number][];
      expect(parts).toHaveLength(2);
      const errors = new Set<string>();
      for (const [offset, size] of parts) {
        for (let at = offset; at < offset + size; at++) {
          const changed = bytes.slice();
          changed[at] = (changed[at] as number) ^ 0xff;
          const outcome = await readDynamicSection(bufferSource(changed), elf).catch((error: unknown) => error);
          if (isAppImageError(outcome)) errors.add(outcome.code);
          else expect(outcome, `byte ${at}`).toHaveProperty('neededVersions');
        }
      }
      expect([...errors].sort()).toEqual(expect.arrayContaining(['malformed', 'out-of-bounds']));
    },
  );

  test('with more versions than any library has is over the limit', async () => {
    const needs = new Uint8Array(16 * 5000);
    const view = new DataView(needs.buffer);
    view.setUint16(2, 5000, true); //  vn_cnt
    view.setUint32(8, 16, true); //    vn_aux
    for (let at = 16; at < needs.length; at += 16) view.setUint32(at + 12, 16, true); // vna_next
    await expect(
      readTags(
        [
          [0x6fff_fffen, 0n],
          [0x6fff_ffffn, 1n],
        ],
        needs,
      ),
    ).rejects.toMatchObject({ code: 'limit' });
  });

  test('with names that are one long name again and again is over the limit', async () => {
    const name = new Uint8Array(4096).fill(0x61).with(4095, 0);
    const needed = Array.from({ length: 5000 }, (): [bigint, bigint] => [1n, 0n]);
    await expect(readTags(needed, name)).rejects.toMatchObject({ code: 'limit' });
    expect((await readTags(needed.slice(0, 100), name))?.needed).toHaveLength(100);
  });
});

const LAYOUT = { class: 64, byteOrder: 'little-endian' } as const;

/** Reads a file with these entries, whose addresses count from the start of `contents`, which are its string table as well. */
async function readTags(tags: readonly (readonly [bigint, bigint])[], contents: Uint8Array) {
  const start = 0x1000;
  const isAddress = (tag: bigint) => tag === 5n || tag === 0x6fff_fffen;
  const entries = [...tags, [5n, 0n], [10n, BigInt(contents.length)], [0n, 0n]] as const;
  const dynamic = entries.map(([tag, value]) =>
    serializeDynamicEntry({ tag, value: isAddress(tag) ? value + BigInt(start) : value }, LAYOUT),
  );
  const size = dynamic.length * DYNAMIC_ENTRY_SIZE[64];
  const segment = (type: number, offset: number, fileSize: number) => {
    const address = BigInt(offset);
    const places = {
      offset,
      virtualAddress: address,
      physicalAddress: address,
      fileSize,
      memorySize: BigInt(fileSize),
    };
    return serializeProgramHeader({ type, flags: 4, alignment: 1n, ...places }, LAYOUT);
  };
  const bytes = new Uint8Array(start + contents.length + size);
  const plain = makeElf({
    header: {
      programHeaderOffset: 64,
      programHeaderCount: 2,
      sectionHeaderOffset: 0,
      sectionHeaderCount: 0,
      sectionNameTableIndex: 0,
    },
  });
  bytes.set(plain.subarray(0, 64));
  bytes.set(segment(1, start, contents.length), 64);
  bytes.set(segment(PT_DYNAMIC, start + contents.length, size), 64 + 56);
  bytes.set(contents, start);
  for (const [index, entry] of dynamic.entries()) bytes.set(entry, start + contents.length + index * entry.length);
  const source = bufferSource(bytes);
  return readDynamicSection(source, await readElf(source));
}
