import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readElf } from '../../src/elf/index.ts';
import { AppImageError } from '../../src/errors.ts';
import { type ByteSource, bufferSource } from '../../src/io/byte-source.ts';
import { type ElfRecipe, makeElf } from './make-elf.ts';

const variants: [string, ElfRecipe][] = [
  ['64-bit little-endian', { machine: 62 }],
  ['64-bit big-endian', { machine: 21, byteOrder: 'big-endian' }],
  ['32-bit little-endian', { machine: 3, class: 32 }],
  ['32-bit big-endian', { machine: 20, class: 32, byteOrder: 'big-endian' }],
];
const sections = [
  { name: '.upd_info', bytes: new Uint8Array(1024).fill(1) },
  { name: '.bss', noBits: 1_000_000 },
];

describe('readElf', () => {
  test.each(variants)('reads a %s file', async (_, recipe) => {
    const file = makeElf({ ...recipe, sections, interpreter: '/lib/ld.so' });
    const elf = await readElf(bufferSource(file));
    expect(elf.sections.map(({ name, size }) => [name, size])).toEqual([
      ['', 0],
      ['.upd_info', 1024],
      ['.bss', 1_000_000],
      ['.shstrtab', 26],
    ]);
    expect(elf.programHeaders).toHaveLength(1);
    expect(elf.interpreter).toBe('/lib/ld.so');
    expect(elf.end).toBe(file.length);
  });

  test('tells where an appended payload begins', async () => {
    const program = makeElf({ sections });
    const image = new Uint8Array(program.length + 5000);
    image.set(program);
    expect((await readElf(bufferSource(image))).end).toBe(program.length);
  });

  test('counts a section that lies behind the section header table', async () => {
    const file = new Uint8Array(8192);
    const behind = 6000;
    file.set(
      makeElf({ sections, sectionHeader: (header, index) => (index === 1 ? { ...header, offset: behind } : header) }),
    );
    expect((await readElf(bufferSource(file))).end).toBe(behind + 1024);
  });

  test('counts a segment in a file without section headers', async () => {
    const file = makeElf({
      interpreter: '/lib/ld.so',
      header: { sectionHeaderOffset: 0, sectionHeaderCount: 0, sectionHeaderSize: 0, sectionNameTableIndex: 0 },
    });
    const elf = await readElf(bufferSource(file));
    expect(elf.sections).toEqual([]);
    expect(elf.end).toBe(64 + 56 + '/lib/ld.so\0'.length);
  });

  test.each(variants)('resolves extended numbering in a %s file', async (_, recipe) => {
    const extended = await readElf(
      bufferSource(makeElf({ ...recipe, sections, interpreter: '/x', extendedNumbering: true })),
    );
    const plain = await readElf(bufferSource(makeElf({ ...recipe, sections, interpreter: '/x' })));
    expect(extended.sections.slice(1)).toEqual(plain.sections.slice(1));
    expect(extended.programHeaders).toEqual(plain.programHeaders);
    expect(extended.end).toBe(plain.end);
  });

  test.each<[string, string, RegExp, ElfRecipe]>([
    [
      'a section header table beyond the file',
      'malformed',
      /section header table must end within/,
      { header: { sectionHeaderOffset: 2 ** 40 } },
    ],
    [
      'a section beyond the file',
      'malformed',
      /section 1 must end within/,
      { sectionHeader: (header, index) => (index === 1 ? { ...header, size: 1e9 } : header) },
    ],
    [
      'a segment beyond the file',
      'malformed',
      /segment 0 must end within/,
      { programHeader: (header) => ({ ...header, type: 1, fileSize: 1e9 }) },
    ],
    [
      'section headers of a strange size',
      'malformed',
      /entries of 64 bytes, found 63/,
      { header: { sectionHeaderSize: 63 } },
    ],
    [
      'program headers of a strange size',
      'malformed',
      /entries of 56 bytes, found 0/,
      { header: { programHeaderSize: 0 } },
    ],
    [
      'a name table that does not exist',
      'malformed',
      /name table must be below 4, found 77/,
      { header: { sectionNameTableIndex: 77 } },
    ],
    [
      'a name table that is no string table',
      'malformed',
      /must have the type 3 \(SHT_STRTAB\), found 1/,
      { header: { sectionNameTableIndex: 1 } },
    ],
    [
      'a name that starts beyond its table',
      'malformed',
      /must start within 26 bytes, found 999/,
      { sectionHeader: (header, index) => (index === 1 ? { ...header, nameOffset: 999 } : header) },
    ],
    [
      'a loader path without an end',
      'malformed',
      /must end with a NUL/,
      { programHeader: (header) => ({ ...header, fileSize: 3 }) },
    ],
    [
      'more sections than the limit',
      'limit',
      /at most 65536 entries, found 1000000/,
      { extendedNumbering: true, sectionHeader: (header, index) => (index === 0 ? { ...header, size: 1e6 } : header) },
    ],
    [
      'a huge name table',
      'limit',
      /at most 16777216 bytes, found 17000000/,
      { sectionHeader: (header) => (header.type === 3 ? { ...header, size: 17e6 } : header) },
    ],
  ])('refuses %s', async (_, code, message, recipe) => {
    const source = bufferSource(makeElf({ sections, interpreter: '/lib/ld.so', ...recipe }));
    await expect(readElf(source)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('limits all names together, because they may overlap', async () => {
    const names = ['.long'.padEnd(4000, 'x'), ...Array.from({ length: 99 }, (_, index) => `.${index}`)];
    const file = makeElf({
      sections: names.map((name) => ({ name, bytes: Uint8Array.of(1) })),
      sectionHeader: (header, index) => (index === 0 ? header : { ...header, nameOffset: 1 }),
    });
    const read = (maxNameTableSize: number) => readElf(bufferSource(file), { limits: { maxNameTableSize } });
    await expect(read(100_000)).rejects.toMatchObject({ code: 'limit' });
    await expect(read(1_000_000)).resolves.toMatchObject({ end: file.length });
  });

  test('throws nothing but AppImageError, whatever the bytes', async () => {
    const start = makeElf({ sections, interpreter: '/lib/ld.so' });
    const mutation = fc.array(fc.tuple(fc.nat({ max: start.length - 1 }), fc.integer({ min: 0, max: 255 })), {
      maxLength: 12,
    });
    const anyFile = fc.oneof(
      mutation.map((changes) => changes.reduce((file, [at, value]) => file.with(at, value), start)),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, ...bytes)),
      fc.uint8Array({ maxLength: 100 }),
    );
    await fc.assert(
      fc.asyncProperty(anyFile, async (bytes) => {
        const result = await readElf(bufferSource(bytes)).catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toBeInstanceOf(AppImageError);
        else expect(result).toMatchObject({ end: expect.toSatisfy((end: number) => end <= bytes.length) });
      }),
      { numRuns: 2000 },
    );
  });

  test('passes on the error of any read that fails', async () => {
    const file = bufferSource(makeElf({ sections, interpreter: '/lib/ld.so' }));
    const failAt = (failing: number): ByteSource => {
      let reads = 0;
      return {
        size: file.size,
        read: async (...range) => {
          if (reads++ === failing) throw new AppImageError('io', `read ${failing} fails`);
          return file.read(...range);
        },
      };
    };
    const reads = 5;
    for (let failing = 0; failing < reads; failing++) {
      await expect(readElf(failAt(failing))).rejects.toMatchObject({ code: 'io', message: `read ${failing} fails` });
    }
    await expect(readElf(failAt(reads))).resolves.toMatchObject({ end: file.size });
  });

  test('stops when the signal is aborted', async () => {
    await expect(readElf(bufferSource(makeElf()), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('readElf and readelf agree', () => {
  for (const [name, path] of [
    ['the Node binary', process.execPath],
    ['a system program', '/bin/sh'],
  ] as const) {
    testWith(['readelf'], `on ${name}`, async () => {
      const bytes = await readFile(path);
      const elf = await readElf(bufferSource(bytes));
      expect(described(elf)).toEqual(await readelf(path));
      expect(elf.end).toBe(bytes.length);
    });
  }

  for (const [name, recipe] of variants) {
    testWith(['readelf'], `on what we write: a ${name} file`, async () => {
      const path = join(temporaryFolder(), 'file');
      const bytes = makeElf({ ...recipe, sections, interpreter: '/lib/ld.so' });
      await writeFile(path, bytes);
      expect(described(await readElf(bufferSource(bytes)))).toEqual(await readelf(path));
    });
  }
});

interface Description {
  readonly class: number;
  readonly machineIsKnown: boolean;
  readonly entry: bigint;
  readonly programHeaders: number;
  readonly interpreter: string | null;
  readonly sections: readonly { readonly name: string; readonly offset: number; readonly size: number }[];
}

function described({
  header,
  programHeaders,
  interpreter,
  architecture,
  sections: all,
}: Awaited<ReturnType<typeof readElf>>): Description {
  return {
    class: header.ident.class,
    machineIsKnown: !architecture.startsWith('machine-'),
    entry: header.entry,
    programHeaders: programHeaders.length,
    interpreter,
    sections: all.slice(1).map(({ name, offset, size }) => ({ name, offset, size })),
  };
}

async function readelf(path: string): Promise<Description> {
  const { stdout } = await execa('readelf', ['--wide', '--headers', path], { env: { LC_ALL: 'C' } });
  const field = (pattern: RegExp) => pattern.exec(stdout)?.[1];
  const rows = stdout.matchAll(/^ *\[ *[1-9]\d*\] (\S+) +\S+ +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+) /gm);
  return {
    class: Number(field(/Class: +ELF(\d+)/)),
    machineIsKnown: !/<unknown>/.test(field(/Machine: +(.*)/) ?? '<unknown>'),
    entry: BigInt(field(/Entry point address: +(0x[0-9a-f]+)/) ?? -1),
    programHeaders: Number(field(/Number of program headers: +(\d+)/)),
    interpreter: field(/Requesting program interpreter: (.*)\]/) ?? null,
    sections: [...rows].map(([, name = '', offset = '', size = '']) => ({
      name,
      offset: Number.parseInt(offset, 16),
      size: Number.parseInt(size, 16),
    })),
  };
}
