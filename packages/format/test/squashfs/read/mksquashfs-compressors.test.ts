import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, run, sharedFolder, temporaryFolder } from '@appimage-js/testing';
import { beforeAll, expect, test } from 'vitest';
import { portableDecompressors } from '../../../src/compression/portable-decompressors.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { openSquashfs } from '../../../src/squashfs/read/open-squashfs.ts';
import { compressible } from '../../compression/compressible.ts';
import { type Machine, machineCode } from '../../compression/machine-code.ts';
import { snapshotFolder, snapshotImage, type TreeSnapshot, without } from '../../support/snapshots.ts';
import { noise, prose } from '../../support/trees.ts';

/** In the order of `mksquashfs -help`; every option of each compressor. */
const COMPRESSORS: readonly (readonly string[])[] = [
  ['gzip'],
  ['gzip', '-Xcompression-level', '1'],
  ['gzip', '-Xwindow-size', '8'],
  ['gzip', '-Xstrategy', 'default,filtered,huffman_only,run_length_encoded,fixed'],
  ['lzo'],
  ['lzo', '-Xcompression-level', '1'],
  ['lzo', '-Xcompression-level', '9'],
  ['lzo', '-Xalgorithm', 'lzo1x_1'],
  ['lzo', '-Xalgorithm', 'lzo1x_1_11'],
  ['lzo', '-Xalgorithm', 'lzo1x_1_12'],
  ['lzo', '-Xalgorithm', 'lzo1x_1_15'],
  ['lz4'],
  ['lz4', '-Xhc'],
  ['xz'],
  ['xz', '-Xdict-size', '100%'],
  ['xz', '-Xdict-size', '8K'],
  ['xz', '-Xbcj', 'x86'],
  ['xz', '-Xbcj', 'arm'],
  ['xz', '-Xbcj', 'armthumb'],
  ['xz', '-Xbcj', 'powerpc'],
  ['xz', '-Xbcj', 'sparc'],
  ['xz', '-Xbcj', 'ia64'],
  ['xz', '-Xbcj', 'x86,arm,armthumb,powerpc,sparc,ia64', '-Xdict-size', '100%'],
  ['zstd'],
  ['zstd', '-Xcompression-level', '1'],
  ['zstd', '-Xcompression-level', '22'],
  ['lzma'],
];

const ALL_BLOCK_SIZES = ['4K', '8K', '16K', '32K', '64K', '128K', '256K', '512K', '1M'];

function blockSizesFor(options: readonly string[]): readonly string[] {
  if (options.length === 1) return ALL_BLOCK_SIZES;
  // A dictionary has at least 8 KiB, and a block is no smaller.
  return [options.includes('-Xdict-size') ? '8K' : '4K', '1M'];
}

/** Ids of the filters in the headers of .xz blocks, as `mksquashfs -Xbcj` names them. */
const FILTER_IDS: Partial<Readonly<Record<Machine, number>>> = {
  x86: 0x04,
  powerpc: 0x05,
  ia64: 0x06,
  arm: 0x07,
  armthumb: 0x08,
  sparc: 0x09,
};

function makeFolder(folder: string): void {
  mkdirSync(join(folder, 'code'));
  for (const machine of Object.keys(FILTER_IDS) as Machine[]) {
    writeFileSync(join(folder, 'code', machine), machineCode(machine, 70_000));
  }
  writeFileSync(join(folder, 'prose'), prose(50_000));
  writeFileSync(join(folder, 'noise'), noise(70_000));
  writeFileSync(join(folder, 'mixture'), compressible(1_100_000, 1));
  writeFileSync(join(folder, 'zeros-at-end'), Buffer.concat([noise(5000), new Uint8Array(50_000)]));
  mkdirSync(join(folder, 'small'));
  for (let index = 0; index < 60; index++) {
    writeFileSync(join(folder, 'small', `a-file-of-some-bytes-${index}`), compressible(index * 40, index + 1));
  }
}

describeWith(['mksquashfs', 'unsquashfs'], 'what mksquashfs compresses', () => {
  const folder = sharedFolder();
  let source: TreeSnapshot = {};

  beforeAll(() => {
    makeFolder(folder);
    source = snapshotFolder(folder);
  });

  const makeImage = (args: readonly string[]): string => {
    const image = join(temporaryFolder(), 'image');
    run('mksquashfs', [folder, image, '-noappend', '-no-progress', '-quiet', '-no-xattrs', '-comp', ...args]);
    return image;
  };

  const read = async (image: string): Promise<TreeSnapshot> =>
    snapshotImage(await openSquashfs(bufferSource(readFileSync(image)), { decompressors: portableDecompressors }));

  const cases = COMPRESSORS.flatMap((options) =>
    blockSizesFor(options).map((blockSize): [string, readonly string[]] => {
      const args = [...options, '-b', blockSize];
      return [args.join(' '), args];
    }),
  );

  test.each(cases)('with -comp %s is read as unsquashfs extracts it', async (_, args) => {
    const image = makeImage(args);
    const extracted = join(temporaryFolder(), 'extracted');
    run('unsquashfs', ['-quiet', '-no-progress', '-dest', extracted, image]);
    const used = filtersIn(readFileSync(image));
    const wanted = filtersOf(args);
    if (wanted.length > 0) expect(wanted.filter((id) => used.has(id))).not.toEqual([]);
    const found = await read(image);
    expect(without(found, 'links')).toEqual(without(snapshotFolder(extracted), 'links'));
    expect(found).toEqual(source);
  });
});

/** The ids of the filters that `mksquashfs` is told to try; for each of them there is a file that it makes smaller. */
function filtersOf(args: readonly string[]): number[] {
  const names = args.includes('-Xbcj') ? (args[args.indexOf('-Xbcj') + 1] as string).split(',') : [];
  return names.map((name) => FILTER_IDS[name as Machine] as number);
}

/** The ids of all filters but LZMA2 in the .xz streams of an image. */
function filtersIn(image: Buffer): Set<number> {
  const ids = new Set<number>();
  const magic = Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x01);
  for (let at = image.indexOf(magic); at >= 0; at = image.indexOf(magic, at + 1)) {
    const flags = image[at + 13] as number;
    let field = at + 14;
    for (const isThere of [flags & 0x40, flags & 0x80]) {
      if (isThere === 0) continue;
      while ((image[field] as number) >= 0x80) field += 1;
      field += 1;
    }
    if ((flags & 3) === 1) ids.add(image[field] as number);
  }
  return ids;
}
