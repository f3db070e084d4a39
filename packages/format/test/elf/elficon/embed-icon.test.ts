import { describe, expect, test } from 'vitest';
import { appendSections } from '../../../src/elf/append-sections.ts';
import { serializeResource } from '../../../src/elf/elficon/resource.ts';
import { embedIcon, readElf, readEmbeddedIcons, readSection } from '../../../src/elf/index.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { makeElf } from '../make-elf.ts';

const file = makeElf({ sections: [{ name: '.text', bytes: Uint8Array.of(1) }] });
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2, 3);
const uuid = new Uint8Array(16).map((_, index) => index);

async function iconsOf(elfFile: Uint8Array) {
  const source = bufferSource(elfFile);
  return await readEmbeddedIcons(source, await readElf(source));
}

describe('embedIcon', () => {
  test('puts an icon where readEmbeddedIcons finds it', async () => {
    expect(await iconsOf(await embedIcon(file, { png, size: 48, uuid }))).toEqual([
      { kind: 'png', size: 48, section: '.icon.48.png', bytes: png },
    ]);
  });

  test('writes the bytes that libr reads', async () => {
    const result = await embedIcon(file, { png, size: 48, uuid });
    const source = bufferSource(result);
    const elf = await readElf(source);
    const list = [
      ...[0x52, 0x45, 0x53, 0x31, 0], // RES1, not compressed
      ...[1, 0, 0, 0, ...uuid],
      ...[22, 0, 0, 0, 1, 48, 0, 0, 0, ...new TextEncoder().encode('.icon.48.png\0')],
    ];
    expect([...(await readSection(source, elf, '.icon'))]).toEqual(list);
    expect([...(await readSection(source, elf, '.icon.48.png'))]).toEqual([0x52, 0x45, 0x53, 0x31, 0, ...png]);
  });
});

describe('readEmbeddedIcons', () => {
  test('finds none in a file without that section, or with one of another kind', async () => {
    expect(await iconsOf(file)).toEqual([]);
    expect(await iconsOf(await appendSections(file, [{ name: '.icon', bytes: png }]))).toEqual([]);
  });

  const head = [1, 0, 0, 0, ...uuid];
  test.each([
    ['is cut off', 'out-of-bounds', [...head, 22, 0]],
    ['is longer than the section', 'malformed', [...head, 99, 0, 0, 0, 0, 65, 0]],
    ['has a length of zero', 'malformed', [...head, 0, 0, 0, 0, 0, 65, 0]],
    ['is of an unknown kind', 'malformed', [...head, 7, 0, 0, 0, 9, 65, 0]],
    ['has a name without end', 'malformed', [...head, 7, 0, 0, 0, 0, 65, 65]],
    ['names a section that is not there', 'not-found', [...head, 7, 0, 0, 0, 0, 65, 0]],
  ])('refuses a list in which an entry %s', async (_, code, list) => {
    const bytes = serializeResource(Uint8Array.from(list));
    await expect(iconsOf(await appendSections(file, [{ name: '.icon', bytes }]))).rejects.toMatchObject({ code });
  });
});
