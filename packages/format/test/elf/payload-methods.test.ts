import { expect, test } from 'vitest';
import { readElf, readPayloadMethods } from '../../src/elf/index.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { type ElfRecipe, makeElf } from './make-elf.ts';

async function methodsIn(sections: NonNullable<ElfRecipe['sections']>): Promise<string[] | null> {
  const source = bufferSource(makeElf({ sections }));
  return readPayloadMethods(source, await readElf(source));
}

const section = (text: string) => ({ name: '.payload_methods', bytes: new TextEncoder().encode(text) });

test('the methods are the words of their section, up to its end', async () => {
  expect(await methodsIn([section('gzip xz lz4 zstd\0')])).toEqual(['gzip', 'xz', 'lz4', 'zstd']);
  expect(await methodsIn([section('zstd\0\0gzip')])).toEqual(['zstd']);
  expect(await methodsIn([section('')])).toEqual([]);
});

test('a runtime without that section does not say', async () => {
  expect(await methodsIn([{ name: '.text', bytes: new Uint8Array(4) }])).toBeNull();
});

test('a list that is no list is refused', async () => {
  await expect(methodsIn([section('x'.repeat(5000))])).rejects.toMatchObject({ code: 'limit' });
});
