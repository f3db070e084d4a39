import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mountTmpfs, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { AppImageError } from '../../../src/errors.ts';
import type { InputNode } from '../../../src/filesystem/input-tree.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { extractFileSystem } from '../../../src/node/extract/extract-file-system.ts';
import { openFileSource } from '../../../src/node/file-source.ts';
import { openSquashfs } from '../../../src/squashfs/read/open-squashfs.ts';
import type { SquashfsImage } from '../../../src/squashfs/read/squashfs-image.ts';
import { BLOCK_SIZE, extracted, openOnDisk, openTree, PADDING, PLACES } from '../../support/extraction.ts';
import { faultySource, smallTree, spreadTree } from '../../support/hostile.ts';
import { snapshotFolder, snapshotInput } from '../../support/snapshots.ts';
import { collect, directory, file, noise, openImage, prose, writeImage } from '../../support/trees.ts';

describe.each(PLACES)('an extraction from %s never leaves anything', (place) => {
  /** The entries of a folder that has nothing but what failed extractions left. */
  const leftovers = (folder: string) => readdirSync(folder, { recursive: true });

  test('where the target has files', async () => {
    const target = temporaryFolder();
    writeFileSync(join(target, 'mine'), 'precious');
    await expect(extractFileSystem(await openTree(smallTree(), place), target)).rejects.toMatchObject({
      code: 'io',
      path: target,
    });
    expect(leftovers(target)).toEqual(['mine']);
  });

  test('where the target is a file', async () => {
    const folder = temporaryFolder();
    const target = join(folder, 'file');
    writeFileSync(target, 'precious');
    await expect(extractFileSystem(await openTree(smallTree(), place), target)).rejects.toMatchObject({
      code: 'io',
      path: target,
    });
    expect(readFileSync(target, 'utf8')).toBe('precious');
    expect(leftovers(folder)).toEqual(['file']);
  });

  test('when it is aborted on the way, at any entry', async () => {
    const files = await openTree(smallTree(), place);
    const folder = temporaryFolder();
    for (let count = 0; count < 8; count++) {
      const controller = new AbortController();
      const reason = new Error(`aborted after ${count}`);
      let seen = 0;
      const filter = () => {
        if (seen === count) controller.abort(reason);
        seen += 1;
        return true;
      };
      const target = join(folder, 'target');
      await expect(extractFileSystem(files, target, { signal: controller.signal, filter })).rejects.toBe(reason);
      expect(leftovers(folder)).toEqual([]);
    }
  });

  test('when it was aborted before it began', async () => {
    const folder = temporaryFolder();
    const signal = AbortSignal.abort(new Error('early'));
    await expect(
      extractFileSystem(await openTree(smallTree(), place), join(folder, 'target'), { signal }),
    ).rejects.toThrow('early');
    expect(leftovers(folder)).toEqual([]);
  });

  testWith(['root'], 'on a disk that is full', async () => {
    const folder = mountTmpfs(temporaryFolder(), '1m');
    const root = directory({ a: directory({ large: file(noise(3_000_000)) }, { mode: 0o500 }) });
    const error = await extractFileSystem(await openTree(root, place), join(folder, 'target')).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: 'io', path: 'a/large', cause: { code: 'ENOSPC' } });
    expect(leftovers(folder)).toEqual([]);
  });

  testWith(['root'], 'of directories that an ordinary user may not write to', async () => {
    const folder = temporaryFolder();
    chownSync(folder, 65_534, 65_534);
    const locked = (entries: Record<string, InputNode>) => directory(entries, { mode: 0o555 });
    const root = locked({ a: locked({ b: locked({ file: file('x', { mode: 0o400 }) }) }) });
    const files = await openTree(root, place);
    const target = join(folder, 'target');
    const outcome = await asUser(65_534, async () => {
      await extractFileSystem(files, target);
      const written = snapshotFolder(target);
      const occupied = join(folder, 'occupied');
      // The last step fails: when it comes, somebody has put something where the tree was to go.
      const late = extractFileSystem(files, occupied, {
        filter: ({ path }) => {
          if (path === 'a/b/file') mkdirSync(join(occupied, 'sudden'), { recursive: true });
          return true;
        },
      });
      return { written, error: await late.catch((caught: unknown) => caught) };
    });
    const expected = Object.entries(extracted(await snapshotInput(root)));
    const owned = expected.map(([path, node]) => [path, { ...node, uid: 65_534, gid: 65_534 }]);
    expect(outcome.written).toEqual(Object.fromEntries(owned));
    expect(outcome.error).toMatchObject({ code: 'io', cause: { code: 'ENOTEMPTY' } });
    expect(readdirSync(folder).sort()).toEqual(['occupied', 'target']);
  });
});

describe('an extraction never leaves anything', () => {
  const leftovers = (folder: string) => readdirSync(folder, { recursive: true });

  test('after any read that failed', async () => {
    const bytes = bufferSource(await writeImage(spreadTree(), { blockSize: BLOCK_SIZE }));
    const folder = temporaryFolder();
    const extract = async (fault: number, error: Error) => {
      const source = faultySource(bytes, fault, error);
      const target = join(folder, 'some/where');
      await extractFileSystem(await openSquashfs(source, { decompressors: nodeDecompressors }), target);
      return source.reads;
    };
    let failures = 0;
    for (let number = 1; number < 100; number++) {
      const fault = new AppImageError('io', `fault ${number}`);
      const outcome = await extract(number, fault).catch((error: unknown) => error);
      if (typeof outcome === 'number') break;
      failures += 1;
      expect(outcome).toBe(fault);
      expect(leftovers(folder), fault.message).toEqual([]);
    }
    expect(failures).toBeGreaterThan(20);
    expect(existsSync(join(folder, 'some/where/small/small'))).toBe(true);
  });

  test.each(['one thread', 'several threads'])('of an image on disk with a damaged file, on %s', async (threads) => {
    const root = directory({ a: file(prose(20_000)), b: directory({ damaged: file(prose(30_000, 2)) }) });
    const padding = threads === 'one thread' ? 4096 : PADDING;
    const bytes = await writeImage(root, { blockSize: 131_072, tailPacking: 'never', padding });
    const whole = await openImage(bytes);
    const start = await startOf(whole, 'b/damaged');
    bytes.fill(0xff, start, start + 8);
    const reading = collect((await openImage(bytes)).readFile('b/damaged'));
    const expected = await reading.catch((error: unknown) => error);
    expect(expected).toMatchObject({ code: 'malformed', path: 'b/damaged' });
    const folder = temporaryFolder();
    await expect(extractFileSystem(await openOnDisk(bytes), join(folder, 'target'))).rejects.toEqual(expected);
    expect(leftovers(folder)).toEqual([]);
  });

  test('of an image on disk that became shorter meanwhile', async () => {
    const path = join(temporaryFolder(), 'image');
    const root = directory({ large: file(noise(3_000_000)), last: file(noise(200_000, 2)) });
    writeFileSync(path, await writeImage(root, { padding: PADDING }));
    await using source = await openFileSource(path);
    const files = await openSquashfs(source, { decompressors: nodeDecompressors });
    const folder = temporaryFolder();
    const shorten = () => {
      truncateSync(path, 1_000_000);
      return true;
    };
    const extraction = extractFileSystem(files, join(folder, 'target'), { filter: shorten });
    await expect(extraction).rejects.toMatchObject({ name: 'AppImageError', code: 'io' });
    expect(leftovers(folder)).toEqual([]);
  });

  test('that is aborted in the middle of one large file', async () => {
    const image = await openTree(directory({ large: file(noise(60_000_000)) }), 'disk', { blockSize: 1_048_576 });
    const folder = temporaryFolder();
    const controller = new AbortController();
    const reason = new Error('enough');
    const extraction = extractFileSystem(image, join(folder, 'target'), { signal: controller.signal });
    const { size } = await image.stat('large');
    // As soon as the file is there; all of it takes many turns of the event loop.
    const watch = setInterval(() => {
      if (leftovers(folder).some((name) => `${name}`.endsWith('/large'))) controller.abort(reason);
    }, 1);
    await expect(extraction).rejects.toBe(reason);
    clearInterval(watch);
    expect(size).toBe(60_000_000);
    expect(leftovers(folder)).toEqual([]);
  });

  test('that is aborted while threads are at work', async () => {
    const files = Array.from({ length: 40 }, (_, index) => [`${index}`, file(noise(1_000_000, index))] as const);
    const image = await openTree(directory(files), 'disk', { blockSize: 131_072 });
    const folder = temporaryFolder();
    const controller = new AbortController();
    const reason = new Error('enough');
    const extraction = extractFileSystem(image, join(folder, 'target'), {
      signal: controller.signal,
      onProgress: ({ bytes }) => bytes > 10_000_000 && controller.abort(reason),
    });
    await expect(extraction).rejects.toBe(reason);
    expect(leftovers(folder)).toEqual([]);
  });
});

/** Does something with the rights of an ordinary user. */
async function asUser<Result>(id: number, action: () => Promise<Result>): Promise<Result> {
  process.setegid?.(id);
  process.seteuid?.(id);
  try {
    return await action();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

/** Where the first block of a file is. */
async function startOf(files: SquashfsImage, path: string): Promise<number> {
  for await (const [block] of files.stored.blocks({ path, stat: await files.stat(path) })) return block?.start ?? -1;
  throw new Error(`${path} has a block`);
}
