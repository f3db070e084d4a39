import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, testWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, appImageWith, cleanedUp, place, shortFolder } from './fixture.ts';
import { finish, firstLine, run, start } from './run.ts';

const plain = ['-noI', '-noD', '-noF', '-noX', '-b', '4K', '-all-root', '-nopad'];

const formats: readonly (readonly [string, readonly string[]])[] = [
  ['plain', plain],
  ['gzip', []],
  ['zstd', ['-comp', 'zstd']],
];

async function payloadOf(mksquashfs: readonly string[]): Promise<Buffer> {
  const image = await appImage(
    'exit 0',
    { 'usr/data': Buffer.alloc(20_000, 'data'), 'usr/share/x': 'x', 'usr/share/y': 'y' },
    { mksquashfs },
  );
  return readFileSync(join(image, '../payload.squashfs'));
}

/** What a damaged image may do: work, or fail with a message and a status of ours. Never a signal, never silence. */
function expectSound({ status, signal, stderr }: Awaited<ReturnType<typeof run>>): void {
  expect(signal).toBeNull();
  if (status === 0) return;
  expect([1, 127]).toContain(status);
  expect(stderr).toMatch(/^AppImage: cannot .+\n/);
}

/** The same changes every time. */
function positions(size: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
}

describeWith(['mksquashfs'], 'a damaged image', () => {
  test.each(formats)('is told to be truncated, wherever it is: %s', async (_, mksquashfs) => {
    const payload = await payloadOf([...mksquashfs, '-nopad']);
    for (const end of positions(payload.length, 40)) {
      const result = await run(appImageWith(payload.subarray(0, end)), ['--appimage-list']);
      expect(result).toMatchObject({ status: 127, signal: null, stdout: '' });
      expect(result.stderr).toMatch(/^AppImage: cannot read .*(truncated|ends within|no payload)/);
    }
  });

  test.each(formats)('with changed bytes gives an error or other content, no crash: %s', async (_, mksquashfs) => {
    const payload = await payloadOf([...mksquashfs, '-nopad']);
    // Every field of the superblock, and places all over the rest, most of them in the tables at the end.
    const tables = Number(payload.readBigUInt64LE(64));
    const places = [
      ...positions(96, 96),
      ...positions(payload.length - tables, 60).map((at) => at + tables),
      ...positions(payload.length, 20),
    ];
    const cwd = shortFolder();
    for (const at of places) {
      const damaged = Buffer.from(payload);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      expectSound(await run(appImageWith(damaged), ['--appimage-extract', '--to', join(cwd, 'out')], { cwd }));
    }
  });

  test('with a name that leads elsewhere writes nothing there', async () => {
    const payload = await payloadOf(plain);
    const cwd = shortFolder();
    const at = payload.lastIndexOf('AppRun');
    for (const name of ['../../', './././', 'a\0b\0c\0']) {
      const evil = Buffer.from(payload);
      evil.write(name, at);
      const { status, stderr } = await run(appImageWith(evil), ['--appimage-extract'], { cwd });
      expect(status).toBe(1);
      expect(stderr).toContain('the image is damaged there');
    }
  });

  testWith(['root', '/dev/fuse'], 'answers EIO through a mount, and the mount stays usable', async () => {
    const payload = await payloadOf([...plain.filter((option) => option !== '-noD'), '-comp', 'gzip', '-no-fragments']);
    const damaged = Buffer.from(payload);
    // The first data block is that of a file; its zlib header is no longer one.
    damaged.fill(0xee, 96, 120);
    const image = appImageWith(damaged);
    const where = place();
    const mount = start(image, ['--appimage-mount'], { env: where.env });
    const mounted = await firstLine(mount);
    const all = await run('find', ['.', '-type', 'f', '-exec', 'cat', '{}', '+'], { cwd: mounted });
    expect(all.stderr).toContain('Input/output error');
    expect((await run('ls', ['-lR', mounted])).status).toBe(0);
    mount.kill('SIGTERM');
    expect((await finish(mount)).status).toBe(0);
    await cleanedUp(where);
  });

  testWith(['root', '/dev/fuse'], 'a file that shrinks while it is mounted gives EIO, not a crash', async () => {
    const image = await appImage('', { 'usr/data': Buffer.alloc(3_000_000, 'data') }, { mksquashfs: plain });
    const where = place();
    const mount = start(image, ['--appimage-mount'], { env: where.env });
    const mounted = await firstLine(mount);
    // The file itself runs and cannot be cut; what TARGET_APPIMAGE names can.
    const target = join(shortFolder(), 'target');
    writeFileSync(target, readFileSync(image));
    const second = start(image, ['--appimage-mount'], { env: { ...where.env, TARGET_APPIMAGE: target } });
    const cut = await firstLine(second);
    await run('truncate', ['-s', '400000', target]);
    expect((await run('cat', [join(cut, 'usr/data')])).stderr).toContain('Input/output error');
    expect((await run('cat', [join(mounted, 'usr/data')])).status).toBe(0);
    for (const child of [mount, second]) {
      child.kill('SIGTERM');
      await finish(child);
    }
    await cleanedUp(where);
  });

  test('compressed with something that is not supported is told so by name', async () => {
    const payload = await payloadOf(plain);
    payload.writeUInt16LE(3, 20);
    const { status, stderr } = await run(appImageWith(payload));
    expect(status).toBe(127);
    expect(stderr).toContain('is compressed with lzo');
  });

  test('a folder that contains itself is not walked for ever', async () => {
    const payload = await payloadOf(plain);
    // The entry of "share" in "usr" gets the inode of "usr" itself: the one that the root's entry "usr" names.
    const entry = (name: string) => payload.lastIndexOf(name) - 8;
    payload.writeUInt16LE(payload.readUInt16LE(entry('usr')), entry('share'));
    const { status, stderr } = await run(appImageWith(payload), ['--appimage-list']);
    expect(status).toBe(1);
    expect(stderr).toContain('usr/share/share');
    expect(stderr).toContain('contain each other');
  });
});
