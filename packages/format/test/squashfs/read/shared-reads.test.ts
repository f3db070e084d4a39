import { describe, expect, test, vi } from 'vitest';
import type { Decompressors } from '../../../src/compression/codec.ts';
import type { FileEntry, ReadonlyFileSystem } from '../../../src/filesystem/readonly-file-system.ts';
import { type ByteSource, bufferSource, type ReadOptions } from '../../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { openSquashfs } from '../../../src/squashfs/read/open-squashfs.ts';
import { smallTree } from '../../support/hostile.ts';
import { StallingSource } from '../../support/stalling-source.ts';
import { collect, directory, file, noise, prose, writeImage, xattrs } from '../../support/trees.ts';
import { testTwoWaiters, type Work } from '../../support/two-waiters.ts';

const open = (source: ByteSource, options: ReadOptions = {}, decompressors: Decompressors = nodeDecompressors) =>
  openSquashfs(source, { decompressors, ...options });

async function stalledImage(): Promise<{ source: StallingSource; files: ReadonlyFileSystem }> {
  // Metadata that is larger than what is read of it at once, and not compressible, so that it comes in several reads.
  const attributes = (seed: number) => xattrs({ 'user.noise': noise(3000, seed) });
  const tails = { one: file(prose(1000, 1)), two: file(prose(1000, 2)) };
  const others = Array.from(
    { length: 40 },
    (_, index) => [`x${index}`, file('', { xattrs: attributes(index) })] as const,
  );
  const source = new StallingSource(await writeImage(directory([...Object.entries(tails), ...others])));
  return { source, files: await open(source) };
}

describe.each<[string, Work]>([
  ['the contents of a fragment', (files, options) => collect(files.readFile('one', options))],
  ['extended attributes', (files, options) => files.readXattrs('x39', options)],
])('two who wait for %s', (_, work) => {
  testTwoWaiters(work, async () => {
    const { source, files } = await stalledImage();
    await Promise.all([files.stat('one'), files.stat('x39')]);
    source.patience = 0;
    return { source, files };
  });
});

test('opening ends with its signal, whichever read it waits for', async () => {
  const bytes = await writeImage(smallTree(), { blockSize: 4096 });
  const whole = new StallingSource(bytes);
  await open(whole);
  expect(whole.reads).toBeGreaterThan(1);
  for (let patience = 0; patience < whole.reads; patience++) {
    const source = new StallingSource(bytes);
    source.patience = patience;
    const controller = new AbortController();
    const opening = open(source, { signal: controller.signal });
    opening.catch(() => undefined);
    await vi.waitFor(() => expect(source.stalled).toHaveLength(1));
    controller.abort(`after ${patience} reads`);
    await expect(opening).rejects.toBe(`after ${patience} reads`);
    expect(source.stalled[0]?.signal?.aborted).toBe(true);
  }
});

test('a block that is being decompressed is given up at once by who waits for it', async () => {
  const bytes = await writeImage(directory({ text: file(prose(1000)) }));
  const decompressors = {
    zstd: {
      name: 'zstd',
      decompress: (data: Uint8Array, maximumLength: number) =>
        maximumLength > 8192 ? new Promise<never>(() => undefined) : decompressZstd(data, maximumLength),
    },
  } as const;
  const files = await open(bufferSource(bytes), {}, decompressors);
  const controller = new AbortController();
  const reading = collect(files.readFile('text', { signal: controller.signal }));
  setImmediate(() => controller.abort('enough'));
  await expect(reading).rejects.toBe('enough');
});

function decompressZstd(data: Uint8Array, maximumLength: number): Promise<Uint8Array> {
  const { zstd } = nodeDecompressors;
  if (zstd === undefined) throw new Error('Node has zstd');
  return zstd.decompress(data, maximumLength);
}

describe('a source that can fetch ahead', () => {
  async function hintsFor(bytes: Uint8Array): Promise<{ hints: [number, number][]; tables: [number, number] }> {
    const hints: [number, number][] = [];
    const source = {
      ...bufferSource(bytes),
      prefetch: (offset: number, length: number) => void hints.push([offset, length]),
    };
    const { inodeTableStart, bytesUsed } = (await open(source)).superblock;
    return { hints, tables: [inodeTableStart, bytesUsed - inodeTableStart] };
  }

  test('is told of the tables when an image is opened', async () => {
    const { hints, tables } = await hintsFor(await writeImage(smallTree()));
    expect(hints).toEqual([tables]);
  });

  test('is not told of tables that are large', async () => {
    const entries = Array.from({ length: 500 }, (_, index) => {
      const attributes = xattrs({ 'user.noise': noise(4000, index) });
      return [`${index}`, file('', { xattrs: attributes })] as const;
    });
    const { hints, tables } = await hintsFor(await writeImage(directory(entries)));
    expect(tables[1]).toBeGreaterThan(1_048_576);
    expect(hints).toEqual([]);
  });
});

test('the blocks of a small file and its end are asked for together', async () => {
  const content = noise(300_000);
  const source = new StallingSource(await writeImage(directory({ file: file(content) }), { tailPacking: 'always' }));
  const files = await open(source);
  await collect(files.readFile('file', { start: 0, end: 1 }));
  for await (const _ of (files.stored ?? { blocks: () => [] }).blocks(await fileEntry(files))); // finds the fragment
  source.patience = 0;
  const controller = new AbortController();
  const reading = collect(files.readFile('file', { signal: controller.signal }));
  reading.catch(() => undefined);
  await vi.waitFor(() => expect(source.stalled).toHaveLength(2));
  controller.abort('enough');
  await expect(reading).rejects.toBe('enough');
  await vi.waitFor(() => expect(source.stalled.every(({ signal }) => signal?.aborted)).toBe(true));
});

async function fileEntry(files: ReadonlyFileSystem): Promise<FileEntry> {
  const [entry] = await files.readDirectory('');
  if (entry === undefined) throw new Error('The image has a file');
  return entry;
}
