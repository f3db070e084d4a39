import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { AppImageError, type AppImageErrorCode } from '../../../src/errors.ts';
import { resolveLimits } from '../../../src/filesystem/image-limits.ts';
import { ListedFileSystem } from '../../../src/filesystem/listed-file-system.ts';
import { buildListedTree } from '../../../src/filesystem/listed-tree.ts';
import { memorySink } from '../../../src/io/byte-sink.ts';
import { serializeTarHeader, type TarHeader, TarType } from '../../../src/node/dwarfs/tar-header.ts';
import { type UnpackedFile, type UnpackTarOptions, unpackTar } from '../../../src/node/dwarfs/unpack-tar.ts';
import { extractFileSystem } from '../../../src/node/extract/extract-file-system.ts';
import { exploreFiles } from '../../support/explore-files.ts';
import { strangers } from '../../support/hostile.ts';
import { richTree } from '../../support/rich-tree.ts';
import { snapshotFolder, snapshotImage, without } from '../../support/snapshots.ts';
import { openImage, prose, writeImage } from '../../support/trees.ts';

/** A tar archive as a stream of pieces of some length. */
async function* pieces(bytes: Uint8Array, length = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

type Options = Partial<Pick<UnpackTarOptions, 'limits' | 'maximumLength'>>;

async function unpack(
  stream: AsyncIterable<Uint8Array>,
  options: Options = {},
): Promise<ListedFileSystem<UnpackedFile>> {
  const sink = memorySink();
  const limits = options.limits ?? resolveLimits();
  const files = await unpackTar(stream, { sink, limits, maximumLength: options.maximumLength ?? 1e9 });
  return new ListedFileSystem({
    root: buildListedTree(files, limits),
    limits,
    contents: {
      async *readFile({ offset }, { start, end }) {
        yield sink.bytes.subarray(offset + start, offset + end);
      },
      readLink: async ({ target }) => target,
    },
  });
}

interface TarRecipe extends Partial<Omit<TarHeader, 'name' | 'target'>> {
  readonly name?: string;
  readonly target?: string;
  readonly content?: string | Uint8Array;
}

/** A tar archive in memory. */
function makeTar(...entries: TarRecipe[]): Uint8Array {
  const parts = entries.flatMap(({ name = 'file', target = '', content = '', ...fields }) => {
    const bytes = Buffer.from(content);
    const header = serializeTarHeader({
      ...{
        mode: 0o644,
        uid: 0,
        gid: 0,
        size: bytes.length,
        mtime: 0,
        type: TarType.file,
        deviceMajor: 0,
        deviceMinor: 0,
      },
      ...{ name: Buffer.from(name), target: Buffer.from(target) },
      ...fields,
    });
    return [header, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512)];
  });
  return new Uint8Array(Buffer.concat([...parts, new Uint8Array(1024)]));
}

describe('a tree', () => {
  const writers = {
    tar: ['--format=gnu', '--sort=name'],
    bsdtar: ['--format', 'gnutar'],
  };

  for (const [writer, options] of Object.entries(writers)) {
    testWith(['root', writer, 'unsquashfs'], `as ${writer} packs it is what it was`, async () => {
      const folder = temporaryFolder();
      const tree = join(folder, 'tree');
      await extractFileSystem(await openImage(await writeImage(richTree(131_072))), tree);
      run('mknod', [join(tree, 'device'), 'c', '259', '65537']);
      run('mkfifo', [join(tree, 'fifo')]);
      run(writer, ['-cf', join(folder, 'archive.tar'), ...options, '-C', tree, '.']);
      const found = await snapshotImage(await unpack(pieces(readFileSync(join(folder, 'archive.tar')), 65_536)));
      expect(without(found, 'xattrs')).toEqual(without(snapshotFolder(tree), 'xattrs'));
    });
  }

  test('may come in any order, without its root and some directories', async () => {
    const files = await unpack(
      pieces(makeTar({ name: 'a/b/c', content: 'c' }, { name: 'a/', type: TarType.directory, mode: 0o700 })),
    );
    expect(await files.stat('a')).toMatchObject({ type: 'directory', mode: 0o700 });
    expect(await files.stat('a/b')).toMatchObject({ type: 'directory', mode: 0o755 });
    expect(await files.stat('a/b/c')).toMatchObject({ type: 'file', size: 1 });
  });

  test('has hard links that are one file', async () => {
    const link = { type: TarType.hardLink, target: './a' };
    const files = await unpack(
      pieces(makeTar({ name: 'a', content: 'x' }, { name: 'b', ...link }, { name: 'c/d', ...link })),
    );
    const { inode } = await files.stat('a');
    for (const path of ['a', 'b', 'c/d']) expect(await files.stat(path)).toMatchObject({ inode, links: 3, size: 1 });
  });

  test('comes in pieces of any length', async () => {
    const long = 'n'.repeat(200);
    const archive = makeTar(
      { name: 'first', content: prose(1500) },
      { type: TarType.longName, content: `${long}\0`, name: '././@LongLink' },
      { name: long.slice(0, 100), content: 'content' },
    );
    for (const length of [1, 7, 511, 512, 513, 100_000]) {
      const files = await unpack(pieces(archive, length));
      expect(await files.stat('first')).toMatchObject({ size: 1500 });
      expect(await files.stat(long)).toMatchObject({ size: 7 });
    }
  });
});

const CASES: readonly (readonly [string, AppImageErrorCode, () => Uint8Array])[] = [
  ['no bytes', 'out-of-bounds', () => new Uint8Array(0)],
  ['no end', 'out-of-bounds', () => makeTar({}).subarray(0, 512)],
  ['a content that is cut off', 'out-of-bounds', () => makeTar({ content: prose(2000) }).subarray(0, 1024)],
  ['another form of tar', 'malformed', () => Buffer.from('x'.repeat(512))],
  ['a name that leads out', 'malformed', () => makeTar({ name: 'a/../../b' })],
  ['a directory with a content', 'malformed', () => makeTar({ type: TarType.directory, content: 'x' })],
  ['a hard link to nothing', 'malformed', () => makeTar({ type: TarType.hardLink, target: 'missing' })],
  ['a hard link to a directory', 'malformed', () => makeTar({ name: 'a', type: '5' }, { type: '1', target: 'a' })],
  ['a name of 5,000 bytes', 'malformed', () => makeTar({ type: TarType.longName, content: prose(5000) })],
  ['a file in a file', 'malformed', () => makeTar({ name: 'a' }, { name: 'a/b' })],
  ['a kind of entry that is not known', 'unsupported', () => makeTar({ type: 'x' })],
  ['more bytes than may be unpacked', 'limit', () => makeTar({ content: prose(3000) }, { content: prose(3000) })],
  ['a size that is a lie', 'limit', () => makeTar({ size: 2 ** 50 })],
  ['too many entries', 'limit', () => makeTar(...Array.from({ length: 11 }, (_, index) => ({ name: `${index}` })))],
];

describe('an archive with', () => {
  const limits = { limits: resolveLimits({ entries: 10 }), maximumLength: 5000 };

  for (const [what, code, make] of CASES) {
    test(`${what} is an error with the code ${code}`, async () => {
      await expect(unpack(pieces(make()), limits)).rejects.toMatchObject({ name: 'AppImageError', code });
    });
  }

  test('any one byte changed gives other files or an AppImageError', async () => {
    const archive = makeTar(
      { name: 'a', content: 'x' },
      { name: 'b', type: TarType.hardLink, target: 'a' },
      { type: TarType.longTarget, content: 'target\0' },
      { name: 'c', type: TarType.symlink, target: 'target' },
    );
    for (let place = 0; place < archive.length; place++) {
      const hostile = archive.slice();
      hostile[place] = (hostile[place] as number) ^ 0x01;
      expect(strangers(await exploreFiles(() => unpack(pieces(hostile)))), `byte ${place}`).toEqual([]);
    }
  });

  test('a stream that fails gives the failure', async () => {
    const fault = new AppImageError('io', 'fault');
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield makeTar({ content: prose(5000) }).subarray(0, 2000);
      throw fault;
    };
    await expect(unpack(failing())).rejects.toBe(fault);
  });
});
