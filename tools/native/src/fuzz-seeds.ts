import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, zstdCompressSync } from 'node:zlib';
import { type FuzzTarget, keptCorpus } from './fuzz-build.ts';
import { appImageSeed } from './fuzz-elf-seed.ts';
import { run } from './run.ts';
import { findProgram } from './toolchain.ts';

type Seeds = Readonly<Record<string, Uint8Array>>;

/**
 * Without compression, so that a changed byte is a changed field, and one of each compressor, so that the way through it is
 * known.
 */
const images: Readonly<Record<string, readonly string[]>> = {
  plain: ['-noI', '-noD', '-noF', '-noX'],
  'no-fragments': ['-noI', '-noD', '-noX', '-no-fragments'],
  gzip: ['-comp', 'gzip'],
  xz: ['-comp', 'xz', '-Xbcj', 'x86'],
  lz4: ['-comp', 'lz4'],
  zstd: ['-comp', 'zstd'],
};

/** A small tree with something of every kind in it. */
async function makeTree(folder: string): Promise<void> {
  mkdirSync(join(folder, 'usr/bin'), { recursive: true });
  writeFileSync(join(folder, 'AppRun'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'usr/bin/blocks'), Buffer.alloc(4500, 'some text, again and again '));
  writeFileSync(join(folder, 'usr/bin/hole'), Buffer.alloc(12_000));
  symlinkSync('usr/bin/blocks', join(folder, 'link'));
  linkSync(join(folder, 'AppRun'), join(folder, 'usr/bin/same'));
  if (findProgram('setfattr') !== undefined) {
    for (const [name, value] of Object.entries({ short: 'x', long: 'y'.repeat(40), empty: '' })) {
      for (const file of ['AppRun', 'usr'])
        await run('setfattr', ['-n', `user.${name}`, '-v', value, join(folder, file)]);
    }
  }
}

async function imageSeeds(workFolder: string): Promise<Seeds> {
  const tree = join(workFolder, 'tree');
  await makeTree(tree);
  const common = ['-noappend', '-quiet', '-no-progress', '-all-root', '-nopad', '-mkfs-time', '0', '-all-time', '0'];
  const pseudo = ['-b', '4K', '-p', 'null c 666 0 0 1 3', '-p', 'pipe i 644 0 0 f'];
  const seeds: Record<string, Uint8Array> = {};
  for (const [name, options] of Object.entries(images)) {
    const image = join(workFolder, name);
    await run('mksquashfs', [tree, image, ...common, ...options, ...pseudo]);
    seeds[name] = readFileSync(image);
  }
  return seeds;
}

/** Where the volume descriptors begin: what is before them says nothing. */
const SYSTEM_AREA = 32_768;

/** By what genisoimage is told: which names there are, and what is compressed. */
const isoImages: Readonly<Record<string, readonly string[]>> = {
  'rock-ridge': ['-R'],
  joliet: ['-J'],
  plain: ['-l'],
};

async function iso9660Seeds(workFolder: string): Promise<Seeds> {
  const tree = join(workFolder, 'iso-tree');
  const compressed = join(workFolder, 'iso-compressed');
  mkdirSync(join(tree, 'usr/a/b/c/d/e/f/g/h'), { recursive: true });
  writeFileSync(join(tree, 'AppRun'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(tree, 'usr/blocks'), Buffer.alloc(70_000, 'some text, again and again '));
  writeFileSync(join(tree, 'usr/zeros'), Buffer.alloc(40_000));
  writeFileSync(join(tree, `usr/${'n'.repeat(240)}`), '');
  writeFileSync(join(tree, 'usr/a/b/c/d/e/f/g/h/deep'), 'deep');
  linkSync(join(tree, 'AppRun'), join(tree, 'usr/same'));
  symlinkSync(`../${'target/'.repeat(30)}`, join(tree, 'usr/link'));
  await run('mkzftree', [tree, compressed]);
  const make = async (name: string, options: readonly string[], from: string): Promise<Uint8Array> => {
    const image = join(workFolder, `${name}.iso`);
    await run('genisoimage', ['-quiet', '-no-pad', ...options, '-o', image, from]);
    return readFileSync(image).subarray(SYSTEM_AREA);
  };
  const seeds: Record<string, Uint8Array> = { zisofs: await make('zisofs', ['-R', '-z'], compressed) };
  rmSync(join(tree, 'usr/blocks'));
  rmSync(join(tree, 'usr/zeros'));
  for (const [name, options] of Object.entries(isoImages)) seeds[name] = await make(name, options, tree);
  return seeds;
}

/** The number of the compressor, how much room there is, and what it made of a text. */
function codecSeeds(): Seeds {
  const text = Buffer.alloc(3000, 'The quick brown fox jumps over the lazy dog. 0123456789 ');
  const seed = (id: number, block: Uint8Array): Uint8Array => Buffer.concat([Buffer.from([id, 1]), block]);
  const xz = (...options: string[]) => seed(4, execFileSync('xz', ['--format=xz', '-c', ...options], { input: text }));
  // Four literals, a match that repeats them, more literals with a long length, and the end.
  const sequences = [
    0x4f,
    ...Buffer.from('abcd'),
    4,
    0,
    200,
    0x12,
    ...Buffer.from('x'),
    1,
    0,
    0x50,
    ...Buffer.from('12345'),
  ];
  return {
    gzip: seed(1, deflateSync(text)),
    'gzip-stored': seed(1, deflateSync(text.subarray(0, 200), { level: 0 })),
    zstd: seed(6, zstdCompressSync(text)),
    lz4: seed(5, Uint8Array.from(sequences)),
    'xz-crc32': xz('--check=crc32'),
    'xz-crc64': xz('--check=crc64', '--x86', '--lzma2=dict=4KiB'),
    'xz-delta': xz('--check=none', '--delta', '--lzma2=dict=4KiB'),
    'xz-arm': xz('--check=crc32', '--armthumb', '--lzma2=dict=64KiB'),
  };
}

const lines = (...text: string[]): Uint8Array => Buffer.from(text.join('\n'));

const optionSeeds: Seeds = {
  names: lines('--appimage-extract', '--appimage-extrct', '--appimage-', '--', '--appimage-version', ''),
  words: lines('auto', 'root', 'fusermount', 'userns', 'extract', 'keep', '0', '1'),
  patterns: lines('usr/*', '[[:alpha:]]*', '**/a?p', '[!a-z]', '\\*', 'usr/bin/', '/usr', './usr', '[', '[[:no:]]'),
};

const envSeeds: Seeds = {
  all: lines('# comment', 'NAME=some text # more', ' Q="a # b" ', "S='x'", 'export E=1', 'unset NAME', ''),
  wrong: lines(
    'LD_PRELOAD=x',
    'unset',
    'unset A B',
    '=x',
    'A B=1',
    'Q="open',
    'Q="a"b',
    '1=2',
    'export',
    'X=#',
    'E=\r',
  ),
};

/** Writes what the kept corpus of a target begins with. Files that are there and have other names stay. */
export async function writeSeeds(target: FuzzTarget, workFolder: string): Promise<void> {
  const seeds = await seedsOf(target, workFolder);
  mkdirSync(keptCorpus(target), { recursive: true });
  for (const [name, bytes] of Object.entries(seeds)) writeFileSync(join(keptCorpus(target), name), bytes);
}

async function seedsOf(target: FuzzTarget, workFolder: string): Promise<Seeds> {
  switch (target) {
    case 'image':
      return imageSeeds(workFolder);
    case 'iso9660':
      return iso9660Seeds(workFolder);
    case 'elf':
      return { 'elf-64': appImageSeed(2), 'elf-32': appImageSeed(1), squashfs: Buffer.from('hsqs'.padEnd(96, '\0')) };
    case 'codecs':
      return codecSeeds();
    case 'options':
      return optionSeeds;
    case 'env':
      return envSeeds;
  }
}
