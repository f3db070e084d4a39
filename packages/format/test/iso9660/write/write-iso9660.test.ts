import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { InputDirectory, InputNode } from '../../../src/filesystem/input-tree.ts';
import { decodeFileName } from '../../../src/io/file-name.ts';
import { APPLICATION_USE_OFFSET, SYSTEM_AREA_SIZE } from '../../../src/iso9660/write/write-iso9660.ts';
import { nodeCompressor } from '../../../src/node/codecs.ts';
import { richTree } from '../../support/rich-tree.ts';
import { snapshotFolder, snapshotImage, snapshotInput, type TreeSnapshot, without } from '../../support/snapshots.ts';
import { device, directory, file, noise, prose, symlink } from '../../support/trees.ts';
import { asKernelView, kernelIso9660, viewByKernel } from '../support/kernel-view.ts';
import { COMPRESSED, type IsoOptions, openIso, writeIso, writeIsoReport } from '../support/write-image.ts';

const BLOCK_SIZE = 32_768;

const OPTIONS: Readonly<Record<string, IsoOptions>> = {
  'as it is': {},
  'compressed in blocks of 32 KiB': COMPRESSED,
  'compressed in blocks of 64 KiB': { compressor: nodeCompressor('gzip', 6), blockSize: 65_536 },
  'compressed in blocks of 128 KiB': { compressor: nodeCompressor('gzip', 9) },
};

/** Names, targets and times that one or the other reader does not cope with are left to tests of their own. */
function commonTree(): InputDirectory {
  const { entries, ...base } = richTree(BLOCK_SIZE);
  const common = new Map(entries);
  const odd = (text: string) => decodeFileName(Buffer.from(text, 'latin1'));
  common.set(
    'times',
    directory({ first: file('', { mtime: 0 }), last: file('', { mtime: 2 ** 31 - 1 }) }, { mtime: 1 }),
  );
  const names = [
    'a b',
    'new\nline',
    'ä',
    '日本語',
    '😀',
    '...',
    '.hidden',
    'A',
    'a',
    odd('\xff\xfe'),
    odd('a\xc3('),
    'end.',
  ];
  names.push('n'.repeat(100), 'm'.repeat(110), 'l'.repeat(130), 'k'.repeat(200), 'j'.repeat(253), ';1');
  common.set('names', directory(names.map((name): [string, InputNode] => [name, file(name)])));
  const targets = [
    'x',
    '/',
    '/etc',
    '..',
    './x',
    'a/b/../c/.',
    'q'.repeat(246),
    'r'.repeat(255),
    `${'directory/x/'.repeat(80)}y`,
  ];
  targets.push(
    `${'s'.repeat(255)}/${'t'.repeat(255)}`,
    odd('f\xff/\x80'),
    'u'.repeat(120),
    `/${'v'.repeat(100)}/${'w'.repeat(100)}`,
  );
  common.set('symlinks', directory(targets.map((target, index): [string, InputNode] => [`${index}`, symlink(target)])));
  common.set(
    'special',
    directory({
      b: device('block-device', 8, 1),
      c: device('character-device', 259, 255),
      d: device('block-device', 0, 5),
    }),
  );
  return { ...base, entries: common };
}

/** Writes an image into a file; answers it, and what should be in it. */
async function write(root: InputDirectory, options: IsoOptions) {
  const image = join(temporaryFolder(), 'image.iso');
  const bytes = await writeIso(root, options);
  writeFileSync(image, bytes);
  return { image, bytes, expected: without(await snapshotInput(root), 'xattrs') };
}

describe.each(Object.entries(OPTIONS))('a tree, %s,', (_, options) => {
  test('is read back equal, odd names, times and targets included', async () => {
    const { bytes, expected } = await write(richTree(BLOCK_SIZE), options);
    expect(without(await snapshotImage(await openIso(bytes)), 'xattrs')).toEqual(expected);
  });

  testWith(['xorriso', 'root'], 'is extracted equal by xorriso', async () => {
    const { image, expected } = await write(commonTree(), options);
    const target = join(temporaryFolder(), 'extracted');
    run('xorriso', ['-osirrox', 'on:device_files', '-hardlinks', 'on', '-indev', image, '-extract', '/', target]);
    expect(ofExtracted(snapshotFolder(target))).toEqual(ofExtracted(expected));
  });

  testWith(['bsdtar', 'root'], 'is extracted equal by bsdtar', async () => {
    const { image, expected } = await write(commonTree(), options);
    const target = temporaryFolder();
    run('bsdtar', ['-xpf', image, '-C', target]);
    expect(ofExtracted(snapshotFolder(target))).toEqual(ofExtracted(expected));
  });

  testWith(['fuseiso', '/dev/fuse', 'root'], 'is read equal by what type 1 runtimes are made of', async () => {
    const { image, expected } = await write(commonTree(), options);
    const folder = temporaryFolder();
    run('fuseiso', [image, folder]);
    onTestFinished(() => void run('umount', [folder]));
    const found = contentsOf(snapshotFolder(folder));
    expect(found).toEqual(contentsOf(expected));
  });

  testWith(['xorriso'], 'has no damage and no warnings for xorriso', async () => {
    const { image } = await write(commonTree(), options);
    const output = execFileSync('sh', ['-c', `xorriso -indev '${image}' -check_media -- 2>&1`], { encoding: 'latin1' });
    expect(output).toContain('+ good');
    expect(output).not.toMatch(/FAILURE|SORRY|WARNING|MISHAP|damaged/);
  });
});

testWith([kernelIso9660], 'what is written is read equal by the kernel', async () => {
  const written = await Promise.all(Object.values(OPTIONS).map((options) => write(commonTree(), options)));
  const views = viewByKernel(written.map(({ image }) => ({ image })));
  for (const [index, { expected }] of written.entries()) {
    expect(views[index], Object.keys(OPTIONS)[index]).toEqual(asKernelView(expected as TreeSnapshot));
  }
});

testWith([kernelIso9660], 'slashes, device numbers and bits of modes reach the kernel, whatever they are', async () => {
  const targets = ['//x', 'a//b', 'a/', './/../', '//', `${'x'.repeat(247)}/`, `${'directory/'.repeat(400)}`];
  const modes = [0, 0o1, 0o777, 0o1000, 0o2000, 0o4000, 0o7777];
  const root = directory({
    symlinks: directory(targets.map((target, index): [string, InputNode] => [`${index}`, symlink(target)])),
    modes: directory(modes.map((mode): [string, InputNode] => [mode.toString(8), file('', { mode })])),
    devices: directory({
      large: device('block-device', 4095, 1_048_575),
      wide: device('character-device', 259, 65_537),
      minor: device('character-device', 1, 256),
    }),
  });
  const { image, expected } = await write(root, {});
  expect(viewByKernel([{ image }])).toEqual([asKernelView(expected as TreeSnapshot)]);
});

testWith([kernelIso9660], 'a name of more than 253 bytes is cut by the kernel, but not by us', async () => {
  const names = ['x'.repeat(253), 'y'.repeat(254), 'z'.repeat(255)];
  const { image, bytes } = await write(directory(names.map((name): [string, InputNode] => [name, file('')])), {});
  const [view] = viewByKernel([{ image }]);
  expect(Object.keys(view ?? {})).toEqual(['', 'x'.repeat(253), 'y'.repeat(250), 'z'.repeat(250)]);
  expect((await (await openIso(bytes)).readDirectory('')).map(({ path }) => path)).toEqual(names);
});

testWith(['isoinfo'], 'isoinfo finds descriptor and path table as they should be', async () => {
  const root = directory({
    usr: directory({ share: directory({ doc: directory() }), bin: directory() }),
    etc: directory(),
  });
  const { image, bytes } = await write(root, { volumeId: 'Some Application' });
  const descriptor = run('isoinfo', ['-d', '-i', image]);
  expect(descriptor).toContain('Volume id: Some Application\n');
  expect(descriptor).toContain('Logical block size is: 2048\n');
  expect(descriptor).toContain(`Volume size is: ${bytes.length / 2048}\n`);
  expect(descriptor).toContain('Rock Ridge signatures version 1 found');
  const table = run('isoinfo', ['-p', '-i', image]);
  const rows = [...table.matchAll(/^ *(\d+): +(\d+) (\w+) ?(\S*)$/gm)].map(([, number, parent, , name]) => [
    number,
    parent,
    name,
  ]);
  expect(rows).toEqual([
    ['1', '1', ''],
    ['2', '1', 'ETC'],
    ['3', '1', 'USR'],
    ['4', '3', 'BIN'],
    ['5', '3', 'SHARE'],
    ['6', '5', 'DOC'],
  ]);
});

describe('the head of an image', () => {
  test('is what the caller puts there', async () => {
    const systemArea = noise(SYSTEM_AREA_SIZE, 5);
    const applicationUse = new TextEncoder().encode('gh-releases-zsync|owner|name|latest|*.zsync');
    const bytes = await writeIso(directory({ a: file('a') }), { systemArea, applicationUse });
    expect(Buffer.compare(bytes.subarray(0, SYSTEM_AREA_SIZE), systemArea)).toBe(0);
    expect(APPLICATION_USE_OFFSET).toBe(33_651);
    const found = bytes.subarray(APPLICATION_USE_OFFSET, APPLICATION_USE_OFFSET + 512);
    expect(Buffer.from(found).toString().replace(/\0+$/, '')).toBe('gh-releases-zsync|owner|name|latest|*.zsync');
    expect(Buffer.from(await snapshotContent(bytes, 'a')).toString()).toBe('a');
  });

  test('is zeros where nothing is given', async () => {
    const bytes = await writeIso(directory());
    expect(bytes.subarray(0, SYSTEM_AREA_SIZE).every((byte) => byte === 0)).toBe(true);
    expect(bytes.subarray(APPLICATION_USE_OFFSET, APPLICATION_USE_OFFSET + 512).every((byte) => byte === 0)).toBe(true);
  });
});

describe('what the writer reports', () => {
  test('is what it has written', async () => {
    const shared = prose(50_000);
    const root = directory({ a: file(shared), b: file(shared), c: file(noise(3000)), d: symlink('a') });
    const { bytes, written } = await writeIsoReport(root, COMPRESSED);
    expect(written).toMatchObject({
      length: bytes.length,
      inodeCount: 5,
      contentBytes: 103_000,
      duplicateBytes: 50_000,
      compressedFiles: 2,
    });
    expect(bytes.length % 2048).toBe(0);
    expect(written.dataOffset).toBeLessThan(bytes.length);
  });

  test('on the way is how many bytes were read', async () => {
    const told: number[] = [];
    const root = directory({ a: file(noise(3_000_000)), b: file(prose(1000)), c: file('') });
    const onProgress = ({ bytesRead, totalBytes }: { bytesRead: number; totalBytes: number }) => {
      expect(totalBytes).toBe(3_001_000);
      told.push(bytesRead);
    };
    await writeIso(root, { ...COMPRESSED, onProgress });
    expect(told.at(-1)).toBe(3_001_000);
    expect(told).toEqual(told.toSorted((left, right) => left - right));
  });
});

testWith(['xorriso'], 'an image that was made as type 1 images were is described alike by both', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'usr'));
  writeFileSync(join(folder, 'AppRun'), prose(20_000), { mode: 0o755 });
  const theirs = join(temporaryFolder(), 'theirs.iso');
  const args = [
    '-volid',
    'AppImage',
    '-padding',
    '0',
    '-outdev',
    theirs,
    '-zisofs',
    'level=9:block_size=128k:by_magic=off',
  ];
  run('xorriso', [...args, '-map', folder, '/', '-chown_r', '0', '/', '--', '-set_filter_r', '--zisofs', '/', '--']);
  const ours = await writeIso(directory({ AppRun: file(prose(20_000), { mode: 0o755 }), usr: directory() }), {
    compressor: nodeCompressor('gzip', 9),
  });
  const describeImage = async (bytes: Uint8Array) => {
    const files = await openIso(bytes);
    return { ...files.extensions, volumeId: files.volume.volumeId, compression: await files.compression() };
  };
  const expected = {
    rockRidge: true,
    joliet: undefined,
    volumeId: 'AppImage',
    compression: { version: 1, blockSize: 131_072 },
  };
  expect(await describeImage(ours)).toEqual(expected);
  expect(await describeImage(readFileSync(theirs))).toEqual(expected);
});

async function snapshotContent(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await openIso(bytes)).readFile(path)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Without what extraction does not keep: links and times of directories, and sockets. */
function ofExtracted(tree: Readonly<Record<string, object>>): TreeSnapshot {
  const kept = Object.entries(without(tree as TreeSnapshot, 'links', 'xattrs', 'sameAs'));
  return Object.fromEntries(
    kept
      .filter(([path, { type }]) => path !== '' && type !== 'socket')
      .map(([path, node]) => [
        path,
        node.type === 'directory' || node.type === 'symlink' ? { ...node, mtime: 0 } : node,
      ]),
  );
}

/** Paths and contents. */
function contentsOf(tree: Readonly<Record<string, object>>): [string, unknown][] {
  return Object.entries(tree as TreeSnapshot)
    .filter(([, { type }]) => type === 'file')
    .map(([path, { sha256 }]) => [path, sha256]);
}
