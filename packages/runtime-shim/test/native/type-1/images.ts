import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { firstStage } from '../../../src/index.ts';
import { runtimeFor, shortFolder, type Tree, writeTree } from '../fixture.ts';
import { succeed } from '../run.ts';
import { fillSection } from '../sections.ts';

/** Bytes before the volume descriptors, which belong to the program. */
export const SYSTEM_AREA = 32_768;

/** A way to make an ISO 9660 image of a folder. */
export interface IsoWriter {
  readonly name: string;
  readonly needs: readonly string[];
  readonly write: (folder: string, image: string) => Promise<unknown>;
}

const xorriso = (options: readonly string[]) => (folder: string, image: string) =>
  succeed('xorriso', ['-outdev', image, '-volid', 'TEST', ...options, '-map', folder, '/', ...compressAll(options)]);

function compressAll(options: readonly string[]): string[] {
  return options.includes('-zisofs') ? ['-set_filter_r', '--zisofs', '/', '--'] : [];
}

async function compressed(folder: string): Promise<string> {
  const into = join(shortFolder(), 'compressed');
  await succeed('mkzftree', [folder, into]);
  return into;
}

/** Writers of the names, modes, times and links that the folder has. */
export const rockRidgeWriters: readonly IsoWriter[] = [
  {
    name: 'genisoimage',
    needs: ['genisoimage'],
    write: (folder, image) => succeed('genisoimage', ['-quiet', '-R', '-cache-inodes', '-o', image, folder]),
  },
  {
    name: 'genisoimage with files that mkzftree has compressed',
    needs: ['genisoimage', 'mkzftree'],
    write: async (folder, image) =>
      succeed('genisoimage', ['-quiet', '-R', '-z', '-cache-inodes', '-o', image, await compressed(folder)]),
  },
  {
    name: 'genisoimage with Joliet beside Rock Ridge',
    needs: ['genisoimage'],
    write: (folder, image) => succeed('genisoimage', ['-quiet', '-R', '-J', '-cache-inodes', '-o', image, folder]),
  },
  { name: 'xorriso', needs: ['xorriso'], write: xorriso(['-hardlinks', 'on']) },
  {
    name: 'xorriso with zisofs in blocks of 64 KiB',
    needs: ['xorriso'],
    write: xorriso(['-hardlinks', 'on', '-zisofs', 'level=6:block_size=64k']),
  },
  {
    name: 'xorriso with the second version of zisofs',
    needs: ['xorriso'],
    write: xorriso(['-hardlinks', 'on', '-zisofs', 'level=6:block_size=128k:version_2=on']),
  },
];

/** Writers of names only. */
export const otherWriters: readonly IsoWriter[] = [
  {
    name: 'genisoimage with Joliet alone',
    needs: ['genisoimage'],
    write: (folder, image) => succeed('genisoimage', ['-quiet', '-J', '-joliet-long', '-o', image, folder]),
  },
  {
    name: 'genisoimage without any extension',
    needs: ['genisoimage'],
    write: (folder, image) => succeed('genisoimage', ['-quiet', '-l', '-iso-level', '2', '-o', image, folder]),
  },
];

/** A folder with what is not the same in every image: sizes around blocks, links, depth, times, modes. */
export function everything(tree: Tree): string {
  const folder = shortFolder();
  writeTree(folder, {
    'usr/empty': '',
    'usr/one': 'x',
    'usr/block': Buffer.alloc(32_768, 'block '),
    'usr/tail': Buffer.alloc(32_769, 'tail '),
    'usr/large': Buffer.from(Array.from({ length: 300_000 }, (_, i) => `${i * i}`).join(' ')),
    'usr/zeros': Buffer.alloc(200_000),
    'usr/noise': Buffer.from(Array.from({ length: 100_001 }, (_, i) => (i * i * 2_654_435_761) >>> 24)),
    [`usr/${'long name '.repeat(20)}`]: 'long',
    'usr/größe ☃': 'wide',
    '1/2/3/4/5/6/7/8/9/10/deep': 'deep',
    ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`crowd/file-${i}`, `${i}`])),
    ...tree,
  });
  mkdirSync(join(folder, 'nothing'));
  symlinkSync('usr/large', join(folder, 'link'));
  symlinkSync(`${'../'.repeat(30)}somewhere/else`, join(folder, 'usr/far'));
  symlinkSync('/', join(folder, 'usr/root'));
  linkSync(join(folder, 'usr/large'), join(folder, 'crowd/same'));
  chmodSync(join(folder, 'usr/one'), 0o640);
  chmodSync(join(folder, 'usr/tail'), 0o755);
  chmodSync(folder, 0o755);
  utimesSync(join(folder, 'usr/empty'), 1, 951_827_696);
  utimesSync(join(folder, 'usr/one'), 1, 3_000_000_000);
  return folder;
}

export interface Type1Options {
  readonly architecture?: string;
  /** The machine of the runtime behind the image; as a rule the same. */
  readonly runtime?: string;
}

/** Makes an AppImage of type 1 out of an ISO 9660 image: a first stage before it, the runtime behind it. Changes that file. */
async function makeType1(image: string, { architecture = 'x86_64', runtime }: Type1Options = {}): Promise<string> {
  const program = readFileSync(runtimeFor(runtime ?? architecture));
  const iso = readFileSync(image);
  const offset = Math.ceil(iso.length / 2048) * 2048;
  const file = Buffer.alloc(offset + program.length);
  iso.copy(file);
  file.set(await firstStage(architecture));
  file.set([0x41, 0x49, 0x01], 8);
  program.copy(file, offset);
  writeFileSync(image, file, { mode: 0o755 });
  chmodSync(image, 0o755);
  const place = Buffer.alloc(16);
  place.writeBigUInt64LE(BigInt(offset), 0);
  place.writeBigUInt64LE(BigInt(program.length), 8);
  await fillSection(image, '.runtime_place', place);
  return image;
}

/** An AppImage of type 1 whose AppRun is the given shell script. */
export async function type1AppImage(script: string, tree: Tree = {}, options: Type1Options = {}): Promise<string> {
  const folder = shortFolder();
  writeTree(folder, { AppRun: `#!/bin/sh\n${script}\n`, ...tree });
  const image = join(shortFolder(), 'test.AppImage');
  await succeed('genisoimage', ['-quiet', '-R', '-z', '-o', image, await compressed(folder)]);
  return makeType1(image, options);
}

/**
 * A file as AppImageKit made them: the system area has a program that wants a library which nobody has any more, without the
 * table of its sections, and maybe without the magic.
 */
export function withProgramOfOld(image: string, { magic }: { readonly magic: boolean }): string {
  const copy = `${image}.old`;
  copyFileSync(image, copy);
  const bytes = readFileSync(copy);
  bytes.fill(0, 0, SYSTEM_AREA);
  readFileSync('/bin/true').copy(bytes, 0, 0, SYSTEM_AREA);
  bytes.write('libf.so.2', bytes.indexOf('libc.so.6\0'));
  if (magic) bytes.set([0x41, 0x49, 0x01], 8);
  writeFileSync(copy, bytes, { mode: 0o755 });
  return copy;
}

/** Where the file system ends, as its descriptor says. */
export function endOfVolume(image: string): number {
  const bytes = readFileSync(image);
  return bytes.readUInt32LE(SYSTEM_AREA + 80) * bytes.readUInt16LE(SYSTEM_AREA + 128);
}
