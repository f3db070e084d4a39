import { readFileSync } from 'node:fs';
import { findTool, run, testWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DYNAMIC_ENTRY_SIZE,
  parseDynamicEntry,
  serializeDynamicEntry,
} from '../../../src/elf/dynamic/dynamic-entry.ts';
import { type ProgramHeader, readElf, readNeededLibraries } from '../../../src/elf/index.ts';
import { PT_DYNAMIC } from '../../../src/elf/program-header.ts';
import { isAppImageError } from '../../../src/errors.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { openFileSource } from '../../../src/node/file-source.ts';
import { inAnyLayout } from '../any-fields.ts';
import { makeElf } from '../make-elf.ts';

test('parseDynamicEntry is the inverse of serializeDynamicEntry in both classes and byte orders', () => {
  const record = inAnyLayout(({ word }) => fc.record({ tag: word, value: word }));
  fc.assert(
    fc.property(record, ([layout, entry]) => {
      const bytes = serializeDynamicEntry(entry, layout);
      expect(bytes).toHaveLength(DYNAMIC_ENTRY_SIZE[layout.class]);
      expect(parseDynamicEntry(bytes, layout)).toEqual(entry);
    }),
  );
});

describe('the needed libraries', () => {
  testWith(['readelf'], 'are those that readelf names', async () => {
    await using source = await openFileSource(process.execPath);
    const named = [...run('readelf', ['-d', process.execPath]).matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(
      ([, name]) => name,
    );
    expect(named.length).toBeGreaterThan(2);
    expect(await readNeededLibraries(source, await readElf(source))).toEqual(named);
  });

  test('of a static program are none', async () => {
    const source = bufferSource(makeElf());
    expect(await readNeededLibraries(source, await readElf(source))).toEqual([]);
  });

  testWith(['readelf'], 'are a list or an AppImageError when any byte of the section is changed', async () => {
    const bytes = new Uint8Array(readFileSync(findTool('readelf') as string));
    const elf = await readElf(bufferSource(bytes));
    const dynamic = elf.programHeaders.find(({ type }) => type === PT_DYNAMIC) as ProgramHeader;
    const errors = new Set<string>();
    for (let at = dynamic.offset; at < dynamic.offset + dynamic.fileSize; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] as number) ^ 0xff;
      const outcome = await readNeededLibraries(bufferSource(changed), elf).catch((error: unknown) => error);
      expect(Array.isArray(outcome) || isAppImageError(outcome), `byte ${at}`).toBe(true);
      if (isAppImageError(outcome)) errors.add(outcome.code);
    }
    expect(errors).toContain('malformed');
  });
});
