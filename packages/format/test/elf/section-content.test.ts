import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { findSection, patchSection, readElf, readSection } from '../../src/elf/index.ts';
import { memorySink } from '../../src/io/byte-sink.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { makeElf } from './make-elf.ts';

const encoder = new TextEncoder();
const original = makeElf({
  sections: [
    { name: '.text', bytes: encoder.encode('code') },
    { name: '.upd_info', bytes: new Uint8Array(64).fill(0xee) },
    { name: '.bss', noBits: 4096 },
  ],
});

async function patched(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const sink = memorySink();
  await sink.write(0, original);
  await patchSection({ sink, elf: await readElf(bufferSource(original)), name: '.upd_info', bytes });
  return Uint8Array.from(sink.bytes);
}

describe('patchSection', () => {
  test('replaces the contents, fills up with zeros and changes nothing else', async () => {
    const file = await patched(encoder.encode('zsync|https://example.org/app.zsync'));
    const elf = await readElf(bufferSource(file));
    const content = await readSection(bufferSource(file), elf, '.upd_info');
    expect(new TextDecoder().decode(content)).toBe('zsync|https://example.org/app.zsync'.padEnd(64, '\0'));
    const { offset } = findSection(elf, '.upd_info') ?? { offset: Number.NaN };
    file.set(original.subarray(offset, offset + 64), offset);
    expect(file).toEqual(original);
  });

  test('takes exactly as many bytes as the section has', async () => {
    const full = new Uint8Array(64).fill(7);
    const file = await patched(full);
    await expect(readSection(bufferSource(file), await readElf(bufferSource(file)), '.upd_info')).resolves.toEqual(
      full,
    );
  });

  test('refuses one byte more, and says how many fit', async () => {
    await expect(patched(new Uint8Array(65))).rejects.toMatchObject({
      code: 'limit',
      message: 'Cannot patch section .upd_info: contents must be at most 64 bytes, found 65',
    });
  });

  test.each(['.sha256_sig', '.bss'])('refuses %s, which is not in the file', async (name) => {
    const elf = await readElf(bufferSource(original));
    await expect(patchSection({ sink: memorySink(), elf, name, bytes: Uint8Array.of(1) })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  testWith(['readelf'], 'writes what readelf reads', async () => {
    const path = join(temporaryFolder(), 'patched');
    await writeFile(path, await patched(encoder.encode('zsync|https://example.org')));
    const { stdout } = await execa('readelf', ['--string-dump=.upd_info', path]);
    expect(stdout).toContain('zsync|https://example.org');
  });
});

describe('readSection', () => {
  test('refuses a section above the limit', async () => {
    const source = bufferSource(original);
    await expect(readSection(source, await readElf(source), '.upd_info', { maxSize: 63 })).rejects.toMatchObject({
      code: 'limit',
    });
  });
});

describe('findSection', () => {
  test('is undefined for a name that is not there, the empty name of the null section included', async () => {
    const elf = await readElf(bufferSource(original));
    expect(findSection(elf, '.nothing')).toBeUndefined();
    expect(findSection(elf, '')).toBeUndefined();
    expect(findSection(elf, '.text')?.size).toBe(4);
  });
});
