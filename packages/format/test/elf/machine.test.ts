import { describe, expect, test } from 'vitest';
import { architectureName, parseElfHeader, readArchitecture } from '../../src/elf/index.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { type ElfRecipe, makeElf } from './make-elf.ts';

describe('architectureName', () => {
  const big = { byteOrder: 'big-endian' } as const;
  test.each<[string, ElfRecipe]>([
    ['x86_64', { machine: 62 }],
    ['x32', { machine: 62, class: 32 }],
    ['i686', { machine: 3, class: 32 }],
    ['armhf', { machine: 40, class: 32, header: { flags: 0x0500_0400 } }],
    ['armel', { machine: 40, class: 32, header: { flags: 0x0500_0200 } }],
    ['armeb', { machine: 40, class: 32, ...big }],
    ['aarch64', { machine: 183 }],
    ['aarch64_be', { machine: 183, ...big }],
    ['riscv64', { machine: 243 }],
    ['riscv32', { machine: 243, class: 32 }],
    ['ppc64le', { machine: 21 }],
    ['ppc64', { machine: 21, ...big }],
    ['s390x', { machine: 22, ...big }],
    ['mips64el', { machine: 8 }],
    ['mips', { machine: 8, class: 32, ...big }],
    ['loongarch64', { machine: 258 }],
    ['machine-4660', { machine: 0x1234 }],
  ])('is %s', (name, recipe) => {
    expect(architectureName(parseElfHeader(makeElf(recipe)))).toBe(name);
  });
});

describe('readArchitecture', () => {
  test('needs no more than the header: a file cut off after it will do', async () => {
    await expect(readArchitecture(bufferSource(makeElf().subarray(0, 64)))).resolves.toBe('x86_64');
  });

  test('is undefined for a file that is empty, short or something else', async () => {
    const texts = ['', '\x7fELF', '#!/bin/sh\n', 'x'.repeat(200)];
    const answers = texts.map((text) => readArchitecture(bufferSource(new TextEncoder().encode(text))));
    await expect(Promise.all(answers)).resolves.toEqual([undefined, undefined, undefined, undefined]);
  });
});
