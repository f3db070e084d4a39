import { writeFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { describeWith, run, temporaryFolder } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWholeFile } from '../../../src/filesystem/resolve-path.ts';
import { type ByteSource, bufferSource } from '../../../src/io/byte-source.ts';
import { openZip } from '../../../src/zip/read/open-zip.ts';
import type { ZipArchive } from '../../../src/zip/read/zip-archive.ts';
import { writeZip, type ZipInput } from '../../../src/zip/write/write-zip.ts';
import { noise, prose } from '../../support/trees.ts';

const inputs: readonly ZipInput[] = [
  { path: 'folder/stored', content: prose(1000), method: 'stored' },
  { path: 'folder/deflated', content: prose(5000), method: 'deflated' },
  { path: 'folder/noise', content: noise(500), method: 'deflated' },
  { path: 'folder/empty', content: new Uint8Array(0), method: 'deflated' },
  { path: 'größe', content: prose(10), method: 'stored' },
];

/** An archive behind other bytes, in a file. */
async function appended(prefix: number): Promise<string> {
  const path = `${temporaryFolder()}/file`;
  writeFileSync(path, Buffer.concat([noise(prefix), await writeZip(inputs, { offset: prefix })]));
  return path;
}

describe('an archive behind other bytes', () => {
  describeWith(['unzip'], 'for Info-ZIP', () => {
    test('is as it should be, without a word about what is before it', async () => {
      const path = await appended(1234);
      const said = run('unzip', ['-t', path]);
      expect(said).toContain('No errors detected in compressed data');
      expect(said).not.toMatch(/warning|extra bytes/);
      expect(run('zipinfo', ['-1', path]).split('\n').slice(0, 4)).toEqual(inputs.slice(0, 4).map(({ path }) => path));
    });

    test('stores what it is told to store, and what deflating makes longer', async () => {
      const lines = run('zipinfo', [await appended(10)])
        .split('\n')
        .slice(2, 7);
      expect(lines.map((line) => line.split(/ +/)[5])).toEqual(['stor', 'defN', 'stor', 'stor', 'stor']);
      expect(lines.every((line) => line.startsWith('-rw-r--r--') && line.includes('80-Jan-01 00:00'))).toBe(true);
    });
  });

  describeWith(['python3'], 'for Python', () => {
    test('has every content', async () => {
      const program =
        'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.namelist()), z.start_dir)';
      const [bad, count] = run('python3', ['-c', program, await appended(99)]).split(' ');
      expect([bad, count]).toEqual(['None', '5']);
    });
  });

  describeWith(['7z'], 'for 7-Zip', () => {
    test('has every entry', async () => {
      expect(run('7z', ['t', '-tzip', await appended(4096)])).toContain('Everything is Ok');
    });
  });
});

describe('an archive', () => {
  test('has the same bytes each time', async () => {
    expect(await writeZip(inputs, { offset: 5 })).toEqual(await writeZip(inputs, { offset: 5 }));
  });

  test('takes another compressor', async () => {
    const deflate = async (content: Uint8Array) => new Uint8Array(deflateRawSync(content, { level: 1 }));
    const bytes = await writeZip(inputs, { deflate });
    expect(bytes.length).not.toBe((await writeZip(inputs)).length);
    const zip = await openZip(bufferSource(bytes));
    expect(await contentOf(zip, 'folder/deflated')).toEqual(prose(5000));
  });

  test('beyond four gigabytes has offsets of 64 bits', async () => {
    const offset = 2 ** 32 + 4096;
    const bytes = await writeZip(inputs, { offset });
    const source: ByteSource = {
      size: offset + bytes.length,
      read: async (at, length) => {
        if (at >= offset) return bytes.subarray(at - offset, at - offset + length);
        const read = new Uint8Array(length);
        read.set(bytes.subarray(0, Math.max(0, at + length - offset)), Math.max(0, Math.min(length, offset - at)));
        return read;
      },
    };
    const zip = await openZip(source);
    expect(zip.start).toBe(offset);
    expect(await contentOf(zip, 'folder/noise')).toEqual(noise(500));
  });

  test('of any files is read back', async () => {
    const file = fc.record({
      path: fc.stringMatching(/^[a-z]{1,8}(\/[a-zé ]{1,8})?$/),
      content: fc.uint8Array({ maxLength: 200 }),
      method: fc.constantFrom('stored', 'deflated'),
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(file, { selector: ({ path }) => path.split('/')[0] }), async (files) => {
        const zip = await openZip(bufferSource(await writeZip(files)));
        for (const { path, content } of files) expect(await contentOf(zip, path)).toEqual(content);
      }),
      { numRuns: 30 },
    );
  });

  test.each(['', '/a', 'a/', 'a//b', '../a', 'a/./b', 'x'.repeat(65_536)])('has no file %j', async (path) => {
    const [first] = inputs as [ZipInput];
    await expect(writeZip([{ ...first, path }])).rejects.toThrow(RangeError);
  });

  test('has no path twice, and no negative place', async () => {
    const [first] = inputs as [ZipInput];
    await expect(writeZip([first, first])).rejects.toThrow('once');
    await expect(writeZip([first], { offset: -1 })).rejects.toThrow(RangeError);
  });
});

async function contentOf(zip: ZipArchive, path: string): Promise<Uint8Array> {
  const stat = await zip.stat(path);
  return readWholeFile(zip, { path, stat }, { maximumLength: 100_000 });
}
