import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, testWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { place, runtime, shortFolder, type Tree, writeTree } from '../fixture.ts';
import { type Finished, finish, firstLine, run, start, succeed } from '../run.ts';
import { SYSTEM_AREA } from './images.ts';

const SECTOR = 2048;
const ROOT_RECORD = SYSTEM_AREA + 156;

/** A small image, and where in it things are. */
interface Patchable {
  readonly bytes: Buffer;
  /** Where the directory record of that name of ISO 9660 is. */
  readonly record: (identifier: string) => number;
  /** Where that record's system use entry of that signature is. */
  readonly entry: (identifier: string, signature: string) => number;
  /** Writes a number in both byte orders. */
  readonly set: (at: number, value: number) => void;
}

async function patchable(options: readonly string[] = ['-R', '-z'], more: Tree = {}): Promise<Patchable> {
  const folder = shortFolder();
  const text = Buffer.from(Array.from({ length: 20_000 }, (_, i) => `${i}`).join(' '));
  writeTree(folder, {
    AppRun: '#!/bin/sh\n',
    'aaa/inner': 'inner',
    'bbb/other': 'other',
    packed: text,
    plain: 'plain',
    ...more,
  });
  await succeed('ln', ['-s', 'plain', join(folder, 'link')]);
  await succeed('ln', ['-s', 'target/'.repeat(60), join(folder, 'long')]);
  const compressed = join(shortFolder(), 'compressed');
  await succeed('mkzftree', [folder, compressed]);
  const source = options.includes('-z') ? compressed : folder;
  const image = join(shortFolder(), 'image.iso');
  await succeed('genisoimage', ['-quiet', '-no-pad', ...options, '-o', image, source]);
  const bytes = readFileSync(image);
  const directories = bytes.readUInt32LE(ROOT_RECORD + 2) * SECTOR;
  const record = (identifier: string) => {
    const at = bytes.indexOf(Buffer.concat([Buffer.from([identifier.length]), Buffer.from(identifier)]), directories);
    if (at < 0) throw new Error(`There is no ${identifier}`);
    return at - 32;
  };
  return {
    bytes,
    record,
    entry: (identifier, signature) => {
      const start = record(identifier);
      return start + bytes.subarray(start, start + (bytes[start] ?? 0)).indexOf(signature);
    },
    set: (at, value) => {
      bytes.writeUInt32LE(value, at);
      bytes.writeUInt32BE(value, at + 4);
    },
  };
}

function target(bytes: Uint8Array): { readonly TARGET_APPIMAGE: string } {
  const path = join(shortFolder(), 'hostile.iso');
  writeFileSync(path, bytes);
  return { TARGET_APPIMAGE: path };
}

async function extract(bytes: Uint8Array): Promise<Finished & { readonly into: string }> {
  const into = join(shortFolder(), 'out');
  return { ...(await run(runtime, ['--appimage-extract', '--to', into], { env: target(bytes) })), into };
}

/** What a damaged image may do: work, or fail with a message and a status of ours. Never a signal, never silence. */
function expectSound({ status, signal, stderr }: Finished, what: string): void {
  expect(signal, what).toBeNull();
  if (status === 0) return;
  expect([1, 127], what).toContain(status);
  expect(stderr, what).toMatch(/^AppImage: cannot .+\n/m);
}

/** The same places every time. */
function some<T>(all: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)] as T);
}

const trees = [
  ['Rock Ridge and zisofs', ['-R', '-z']],
  ['Joliet', ['-J']],
  ['no extension', ['-l']],
] as const;

describeWith(['genisoimage', 'mkzftree'], 'an ISO 9660 image', () => {
  test('that is cut off is told to be', async () => {
    const { bytes } = await patchable();
    const ends = [SYSTEM_AREA + 6, SYSTEM_AREA + SECTOR, ...some([...bytes.keys()].slice(SYSTEM_AREA + SECTOR), 30)];
    for (const end of ends) {
      const result = await run(runtime, ['--appimage-list'], { env: target(bytes.subarray(0, end)) });
      expect(result, `${end} bytes`).toMatchObject({ status: 127, signal: null, stdout: '' });
      expect(result.stderr).toMatch(/^AppImage: cannot read .*(truncated|ends within)/);
    }
  });

  test.each(trees)('with changed bytes gives an error or other content, no crash: %s', async (_, options) => {
    const { bytes } = await patchable(options);
    const used = [...bytes.keys()].filter((at) => at >= SYSTEM_AREA && bytes[at] !== 0);
    const metadata = used.filter((at) => at < SYSTEM_AREA + 24 * SECTOR);
    for (const at of [...some(metadata, 120), ...some(used, 20)]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      expectSound(await extract(damaged), `byte ${at}`);
    }
  });

  const refused: readonly (readonly [string, string, (image: Patchable) => unknown])[] = [
    ['without a primary descriptor', 'no primary volume descriptor', ({ bytes }) => bytes.writeUInt8(0, SYSTEM_AREA)],
    ['with blocks of 4 KiB', 'descriptor is damaged', ({ bytes }) => bytes.writeUInt16LE(4096, SYSTEM_AREA + 128)],
    ['with a root beyond its end', 'root directory is damaged', ({ set }) => set(ROOT_RECORD + 2, 2 ** 31)],
    ['whose root does not begin with itself', 'root directory', ({ set }) => set(ROOT_RECORD + 2, 16)],
    ['with a directory beyond its end', 'extract /aaa to ', ({ set, record }) => set(record('AAA') + 2, 2 ** 31)],
    ['with a directory of 4 GiB', 'extract /aaa to ', ({ set, record }) => set(record('AAA') + 10, 2 ** 32 - 1)],
    [
      'with a directory that has the root in it',
      'contain each other',
      ({ bytes, set, record }) => set(record('AAA') + 2, bytes.readUInt32LE(ROOT_RECORD + 2)),
    ],
    ['with a record of 5 bytes', 'image is damaged', ({ bytes, record }) => bytes.writeUInt8(5, record('PLAIN.;1'))],
    [
      'with an identifier that is longer than its record',
      'image is damaged',
      ({ bytes, record }) => bytes.writeUInt8(250, record('PLAIN.;1') + 32),
    ],
    [
      'with a mode that contradicts its record',
      'image is damaged',
      ({ set, entry }) => set(entry('PLAIN.;1', 'PX') + 4, 0o040755),
    ],
    ['with a mode of no type', 'image is damaged', ({ set, entry }) => set(entry('PLAIN.;1', 'PX') + 4, 0o755)],
    ['with a slash in a name', 'image is damaged', ({ bytes, entry }) => bytes.write('/', entry('PLAIN.;1', 'NM') + 7)],
    ['with a NUL in a name', 'image is damaged', ({ bytes, entry }) => bytes.write('\0', entry('PLAIN.;1', 'NM') + 7)],
    [
      'with a file called ..',
      'image is damaged',
      ({ bytes, entry }) => bytes.set([0x4e, 0x4d, 7, 1, 0, 0x2e, 0x2e, 0x58], entry('PLAIN.;1', 'NM')),
    ],
    [
      'with a file that goes on in another one',
      'image is damaged',
      ({ bytes, record }) => bytes.writeUInt8(0x80, record('PACKED.;1') + 25),
    ],
    [
      'with interleaved data',
      'extract /plain to ',
      ({ bytes, record }) => bytes.writeUInt8(1, record('PLAIN.;1') + 27),
    ],
    ['with data beyond its end', 'extract /plain to ', ({ set, record }) => set(record('PLAIN.;1') + 2, 2 ** 31)],
    [
      'with a continuation area beyond its end',
      'image is damaged',
      ({ set, entry }) => set(entry('LONG.;1', 'CE') + 4, 2 ** 31),
    ],
    [
      'with a continuation area that goes on in itself',
      'image is damaged',
      ({ bytes, set, entry }) => {
        const at = entry('LONG.;1', 'CE');
        const area = bytes.readUInt32LE(at + 4) * SECTOR + bytes.readUInt32LE(at + 12);
        bytes.copyWithin(area, at, at + 28);
        set(at + 20, 28);
        set(area + 20, 28);
      },
    ],
    [
      'with a symlink that goes on in nothing',
      'extract /link to ',
      ({ bytes, entry }) => bytes.writeUInt8(1, entry('LINK.;1', 'SL') + 4),
    ],
    [
      'with a symlink of a part that nobody defined',
      'extract /link to ',
      ({ bytes, entry }) => bytes.writeUInt8(0x40, entry('LINK.;1', 'SL') + 5),
    ],
    [
      'with another size in the header of a compressed file',
      'extract /packed to ',
      ({ bytes, record }) => bytes.writeUInt32LE(5, bytes.readUInt32LE(record('PACKED.;1') + 2) * SECTOR + 8),
    ],
    [
      'with a block of a compressed file before the first one',
      'extract /packed to ',
      ({ bytes, record }) => bytes.writeUInt32LE(0, bytes.readUInt32LE(record('PACKED.;1') + 2) * SECTOR + 20),
    ],
    [
      'with a block of a compressed file beyond its end',
      'extract /packed to ',
      ({ bytes, record }) => bytes.writeUInt32LE(2 ** 31, bytes.readUInt32LE(record('PACKED.;1') + 2) * SECTOR + 24),
    ],
    [
      'with a compressed file of 2^255 bytes a block',
      'extract /packed to ',
      ({ bytes, entry }) => bytes.writeUInt8(255, entry('PACKED.;1', 'ZF') + 7),
    ],
  ];

  test.each(refused)('%s is refused: %s', async (_, message, patch) => {
    const image = await patchable();
    patch(image);
    const { status, stderr, signal } = await extract(image.bytes);
    expect({ signal, stderr }).toMatchObject({ signal: null, stderr: expect.stringContaining(message) });
    expect([1, 127]).toContain(status);
  });

  test.each([
    ['one behind the other', 4096],
    ['with a gap between them', 4000],
  ])('has files in two parts, %s', async (_, first) => {
    const [left, right] = [Buffer.alloc(first, 'first part '), Buffer.alloc(70_000, 'the second one ')];
    const image = await patchable(['-R'], { mm1: left, mm2: right });
    const [one, two] = [image.record('MM1.;1'), image.record('MM2.;1')];
    // Two records of one name, the first of which says that the file goes on.
    image.bytes.writeUInt8(0x80, one + 25);
    image.bytes.write('1', two + 33 + 2);
    const { status, stderr, into } = await extract(image.bytes);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(join(into, 'mm1')).equals(Buffer.concat([left, right]))).toBe(true);
    const list = await run(runtime, ['--appimage-list'], { env: target(image.bytes) });
    expect(list.stdout.split('\n').filter((name) => name.startsWith('mm'))).toEqual(['mm1']);
    image.bytes.write('3', two + 33 + 2);
    expect(await extract(image.bytes)).toMatchObject({ status: 1 });
  });

  test('that is as it was made is extracted', async () => {
    const { status, stderr, into } = await extract((await patchable()).bytes);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(join(into, 'packed'), 'utf8')).toMatch(/ 19998 19999$/);
  });

  testWith(['root', '/dev/fuse'], 'that is damaged answers EIO through a mount, which stays usable', async () => {
    const { bytes, record } = await patchable();
    bytes.fill(
      0xff,
      bytes.readUInt32LE(record('PACKED.;1') + 2) * SECTOR + 40,
      bytes.readUInt32LE(record('PACKED.;1') + 2) * SECTOR + 400,
    );
    const mount = start(runtime, ['--appimage-mount'], { env: { ...place().env, ...target(bytes) } });
    const point = await firstLine(mount);
    const broken = await run('cat', [join(point, 'packed')]);
    expect(broken).toMatchObject({ status: 1, stderr: expect.stringContaining('Input/output error') });
    expect(await succeed('cat', [join(point, 'plain')])).toBe('plain');
    mount.kill('SIGTERM');
    await finish(mount);
  });
});
