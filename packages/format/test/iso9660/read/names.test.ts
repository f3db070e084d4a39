import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect } from 'vitest';
import type { ReadonlyFileSystem } from '../../../src/filesystem/readonly-file-system.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import type { Iso9660Image } from '../../../src/iso9660/read/iso9660-image.ts';
import { openIso9660 } from '../../../src/iso9660/read/open-iso9660.ts';
import { collect } from '../../support/trees.ts';
import { kernelIso9660, viewOne } from '../support/kernel-view.ts';

const NAMES = [
  'short.txt',
  'no-extension',
  'a name with spaces and more than thirty letters.tar.gz',
  'ä日本語😀',
  'A',
  'x;1',
];

/** A folder with odd names, a directory and something in it. */
function makeFolder(names: readonly string[] = NAMES): string {
  const folder = temporaryFolder();
  for (const name of names) writeFileSync(join(folder, name), `content of ${name}`);
  mkdirSync(join(folder, 'Directory/Inner.d'), { recursive: true });
  writeFileSync(join(folder, 'Directory/Inner.d/file'), 'inside');
  return folder;
}

function makeImage(tool: string, args: readonly string[], folder: string): string {
  const image = join(temporaryFolder(), 'image.iso');
  run(tool, [...args, '-o', image, folder]);
  return image;
}

const open = (image: string): Promise<Iso9660Image> => openIso9660(bufferSource(readFileSync(image)));

async function pathsOf(files: ReadonlyFileSystem): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of files.walk()) paths.push(path);
  return paths.sort();
}

describe('without Rock Ridge, the names of Joliet', () => {
  for (const [tool, ...args] of [
    ['genisoimage', '-quiet', '-J', '-joliet-long', '-input-charset', 'utf-8'],
    ['genisoimage', '-quiet', '-J', '-joliet-long', '-ucs-level', '1', '-input-charset', 'utf-8'],
    ['xorriso', '-as', 'mkisofs', '-quiet', '--norock', '-J', '-joliet-long'],
  ] as const) {
    testWith([tool, kernelIso9660], `are read as the kernel reads them: ${tool} ${args.join(' ')}`, async () => {
      const image = makeImage(tool, args, makeFolder());
      const files = await open(image);
      expect(files.extensions.rockRidge).toBe(false);
      expect(files.extensions.joliet).toBe(args.includes('1' as never) ? 1 : 3);
      const paths = await pathsOf(files);
      expect(paths).toContain('a name with spaces and more than thirty letters.tar.gz');
      const view = viewOne(image, 'iocharset=utf8');
      expect(paths).toEqual(
        Object.keys(view)
          .filter((path) => path !== '')
          .sort(),
      );
      const { type, mode, uid, gid, mtime, links } = await files.stat('short.txt');
      expect({ type, mode, uid, gid, mtime, links }).toEqual({
        ...view['short.txt'],
        size: undefined,
        sha256: undefined,
      });
      expect(Buffer.from(await collect(files.readFile('Directory/Inner.d/file'))).toString()).toBe('inside');
    });
  }
});

describe('without Rock Ridge and Joliet, the plain names', () => {
  for (const [tool, ...args] of [
    ['genisoimage', '-quiet'],
    ['genisoimage', '-quiet', '-iso-level', '3'],
    ['genisoimage', '-quiet', '-iso-level', '4', '-input-charset', 'iso8859-1'],
    ['genisoimage', '-quiet', '-U', '-input-charset', 'iso8859-1'],
    ['xorriso', '-as', 'mkisofs', '-quiet', '--norock', '-iso-level', '2'],
  ] as const) {
    testWith(
      [tool, kernelIso9660],
      `are read as the kernel reads them, but for case: ${tool} ${args.join(' ')}`,
      async () => {
        const image = makeImage(tool, args, makeFolder(['short.txt', 'no-extension', 'Mixed.Case', 'B']));
        const files = await open(image);
        expect(files.extensions).toEqual({ rockRidge: false, joliet: undefined });
        const paths = await pathsOf(files);
        const view = Object.keys(viewOne(image, 'map=normal,check=relaxed')).filter((path) => path !== '');
        expect(paths.map((path) => path.toLowerCase()).sort()).toEqual(view.map((path) => path.toLowerCase()).sort());
        expect(paths.every((path) => !(path.endsWith(';1') || path.endsWith('.')))).toBe(true);
      },
    );
  }

  testWith(['genisoimage'], 'lose version and trailing dot', async () => {
    const files = await open(makeImage('genisoimage', ['-quiet'], makeFolder(['short.txt', 'b'])));
    expect(await pathsOf(files)).toEqual(
      ['B', 'DIRECTOR', 'DIRECTOR/INNER.D', 'DIRECTOR/INNER.D/FILE', 'SHORT.TXT'].sort(),
    );
  });
});

testWith(['genisoimage'], 'Rock Ridge keeps what looks like a version but is none', async () => {
  const files = await open(makeImage('genisoimage', ['-quiet', '-R'], makeFolder(['x;1', 'end.'])));
  expect(await pathsOf(files)).toEqual(['Directory', 'Directory/Inner.d', 'Directory/Inner.d/file', 'end.', 'x;1']);
});
