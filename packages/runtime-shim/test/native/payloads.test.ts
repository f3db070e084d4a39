import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { appImageOf, appImageWith, cleanedUp, place, shortFolder, writeTree } from './fixture.ts';
import { filterIds, firstFilters, machineCode, STREAM_MAGIC } from './machine-code.ts';
import { finish, firstLine, run, start, succeed } from './run.ts';

const BLOCK = 131_072;

function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 1;
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** Real code, text, what does not compress, short distances, long runs, and many small files for the fragments. */
function makeTree(): string {
  const tree = shortFolder();
  writeTree(tree, {
    AppRun: '#!/bin/sh\n',
    code: readFileSync(process.execPath).subarray(0, 2_000_000),
    text: 'The same words, again and again, with a number: 1234567890\n'.repeat(20_000),
    noise: noise(300_000),
    runs: Buffer.concat(Array.from({ length: 40 }, (_, i) => Buffer.alloc(7000 + i * 97, i))),
    periods: Buffer.concat(Array.from({ length: 40 }, (_, i) => Buffer.alloc(9000, noise(i + 1)))),
    ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`small/file-${i}`, noise(i).toString('hex')])),
  });
  return tree;
}

const hashes = ['find . -type f -exec sha256sum {} + | LC_ALL=C sort -k2'];

async function hashesBelow(folder: string): Promise<string> {
  return succeed('sh', ['-c', ...hashes], { cwd: folder });
}

const xzFilters = ['x86', 'arm', 'armthumb', 'powerpc', 'sparc', 'ia64'] as const;

const payloads: Readonly<Record<string, readonly string[]>> = {
  gzip: ['-comp', 'gzip'],
  'gzip, stored by the strategies that zlib has': [
    ...['-comp', 'gzip', '-Xcompression-level', '1', '-Xwindow-size', '8'],
    ...['-Xstrategy', 'default,filtered,huffman_only,run_length_encoded,fixed'],
  ],
  zstd: ['-comp', 'zstd', '-Xcompression-level', '3'],
  'zstd at its highest level, blocks of 1 MiB': ['-comp', 'zstd', '-Xcompression-level', '22', '-b', '1M'],
  lz4: ['-comp', 'lz4'],
  'lz4, high compression': ['-comp', 'lz4', '-Xhc'],
  'lz4, blocks of 4 KiB': ['-comp', 'lz4', '-b', '4K'],
  'lz4, blocks of 1 MiB': ['-comp', 'lz4', '-Xhc', '-b', '1M'],
  xz: ['-comp', 'xz'],
  'xz, blocks of 1 MiB': ['-comp', 'xz', '-b', '1M'],
  'xz, blocks of 4 KiB': ['-comp', 'xz', '-b', '4K'],
  'xz with a dictionary of 8 KiB': ['-comp', 'xz', '-Xdict-size', '8K'],
  'xz with a dictionary of three quarters of a block': ['-comp', 'xz', '-Xdict-size', '75%'],
  'xz with the best of all filters for each block': ['-comp', 'xz', '-Xbcj', xzFilters.join(',')],
};

describeWith(['mksquashfs'], 'a payload', () => {
  for (const [name, options] of Object.entries(payloads)) {
    test(`of ${name} is the same when extracted and when mounted`, async () => {
      const [here, tree] = [place(), makeTree()];
      const file = await appImageOf(tree, { mksquashfs: options });
      const expected = await hashesBelow(tree);

      await succeed(file, ['--appimage-extract'], { cwd: here.home, env: here.env });
      expect(await hashesBelow(join(here.home, 'squashfs-root'))).toBe(expected);

      const server = start(file, ['--appimage-mount'], { env: here.env });
      expect(await hashesBelow(await firstLine(server))).toBe(expected);
      server.kill('SIGTERM');
      await finish(server);
      await cleanedUp(here);
    });
  }

  describe.each(['lzo', 'lzma'])('of %s', (method) => {
    test('is refused by its name, with what unpacks it', async () => {
      const file = await appImageOf(makeTree(), { mksquashfs: ['-comp', method] });
      const offset = (await succeed(file, ['--appimage-offset'])).trim();
      const { status, stdout, stderr } = await run(file, []);
      expect({ status, stdout }).toEqual({ status: 127, stdout: '' });
      expect(stderr).toContain(`it is compressed with ${method}`);
      expect(stderr).toContain(`unsquashfs -o ${offset} `);
    });
  });
});

/** An image with one file of one block of xz, whose stream is exchanged for a shorter one that holds the same bytes. */
async function imageWithStream(content: Buffer, stream: Buffer): Promise<string> {
  const [tree, folder] = [shortFolder(), shortFolder()];
  writeTree(tree, { file: content });
  const image = join(folder, 'image');
  await succeed('mksquashfs', [tree, image, '-quiet', '-no-progress', '-comp', 'xz', '-noI', '-noX', '-no-fragments']);
  const bytes = readFileSync(image);
  const start = bytes.indexOf(STREAM_MAGIC);
  // The footer of the stream is the last that ends in "YZ".
  const end = bytes.lastIndexOf('YZ') + 2;
  if (stream.length > end - start) throw new Error(`${stream.length} bytes are more than ${end - start}`);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(end - start);
  const field = bytes.indexOf(size, end);
  bytes.writeUInt32LE(stream.length, field);
  stream.copy(bytes, start);
  return appImageWith(bytes);
}

function xz(content: Buffer, ...options: string[]): Buffer {
  return execFileSync('xz', ['--format=xz', '--stdout', ...options], { input: content });
}

async function contentOf(file: string): Promise<Buffer | string> {
  const folder = shortFolder();
  const { status, stderr } = await run(file, ['--appimage-extract'], { cwd: folder });
  return status === 0 ? readFileSync(join(folder, 'squashfs-root/file')) : stderr;
}

describeWith(['mksquashfs'], 'an xz payload', () => {
  for (const filter of xzFilters) {
    test(`with the ${filter} filter is read`, async () => {
      const tree = shortFolder();
      writeTree(tree, { AppRun: '#!/bin/sh\n', code: machineCode(filter, 3 * BLOCK) });
      const file = await appImageOf(tree, { mksquashfs: ['-comp', 'xz', '-Xbcj', filter, '-noI'] });
      expect([...firstFilters(readFileSync(file))]).toContain(filterIds[filter]);
      const folder = shortFolder();
      await succeed(file, ['--appimage-extract', 'code'], { cwd: folder });
      expect(readFileSync(join(folder, 'squashfs-root/code')).equals(machineCode(filter, 3 * BLOCK))).toBe(true);
    });
  }

  /** Differences of neighbours are constant, which only the delta filter sees. */
  const ramp = Buffer.from(Uint8Array.from({ length: BLOCK }, (_, at) => (at * at) >> 9));

  testWith(['xz'], 'with the filters that mksquashfs does not have is read', async () => {
    const code = machineCode('arm64', BLOCK);
    const arm64 = await imageWithStream(code, xz(code, '--check=crc32', '--arm64', '--lzma2'));
    expect(await contentOf(arm64)).toEqual(code);
    const delta = await imageWithStream(ramp, xz(ramp, '--check=crc32', '--delta=dist=1', '--lzma2'));
    expect(await contentOf(delta)).toEqual(ramp);
  });

  testWith(['xz'], 'with another check than the usual one is read if it is CRC-64 or none', async () => {
    for (const check of ['crc64', 'none']) {
      const file = await imageWithStream(ramp, xz(ramp, `--check=${check}`, '--delta=dist=1', '--lzma2'));
      expect(await contentOf(file)).toEqual(ramp);
    }
    const file = await imageWithStream(ramp, xz(ramp, '--check=sha256', '--delta=dist=1', '--lzma2'));
    expect(await contentOf(file)).toMatch(/the image is damaged/);
  });

  testWith(['xz'], 'whose bytes do not have the sum that is stored is damaged', async () => {
    for (const check of ['crc32', 'crc64']) {
      const stream = xz(ramp, `--check=${check}`, '--delta=dist=1', '--lzma2');
      // Behind the header of stream and block, in the compressed data.
      const broken = Buffer.from(stream);
      broken[40] = (broken[40] ?? 0) ^ 1;
      expect(await contentOf(await imageWithStream(ramp, broken))).toMatch(/the image is damaged/);
    }
  });

  testWith(['xz'], 'may claim a dictionary of 8 MiB, and is refused when it claims more', async () => {
    const claim = (size: string) => xz(ramp, '--check=crc32', '--delta=dist=1', `--lzma2=dict=${size}`);
    expect(await contentOf(await imageWithStream(ramp, claim('8MiB')))).toEqual(ramp);
    expect(await contentOf(await imageWithStream(ramp, claim('12MiB')))).toMatch(/the image is damaged/);
    expect(await contentOf(await imageWithStream(ramp, claim('1536MiB')))).toMatch(/the image is damaged/);
  });
});

testWith(['mksquashfs'], 'a damaged lz4 payload is an error and never read or written out of bounds', async () => {
  const tree = shortFolder();
  writeTree(tree, { file: Buffer.concat([noise(5000), Buffer.alloc(9000, 'abc'), noise(5000)]) });
  const file = await appImageOf(tree, { mksquashfs: ['-comp', 'lz4', '-noI', '-noF', '-no-fragments', '-b', '32K'] });
  const bytes = readFileSync(file);
  const begin = Number((await succeed(file, ['--appimage-offset'])).trim()) + 96;
  const outcomes = new Set<number | null>();
  for (let i = 0; i < 60; i++) {
    const copy = Buffer.from(bytes);
    copy[begin + 8 + i * 170] = i * 37;
    copy[begin + 9 + i * 170] = 0xff;
    writeFileSync(file, copy);
    const { status, signal } = await run(file, ['--appimage-extract', '--to', shortFolder()]);
    expect(signal).toBeNull();
    outcomes.add(status);
  }
  expect(outcomes).toContain(1);
});
