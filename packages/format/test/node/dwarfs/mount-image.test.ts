import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, isThere, run } from '@appimage-js/testing';
import { beforeEach, expect, test, vi } from 'vitest';
import { makeDwarfs } from '../../dwarfs/make-dwarfs.ts';
import { collect, noise } from '../../support/trees.ts';
import { folder, install, leftovers, log, MOUNT, open, useStandIns, writeFile } from './stand-ins.ts';

useStandIns();

const fuse = { name: '/dev/fuse', isThere: isThere('/dev/fuse') };

describeWith(['squashfuse', 'fusermount3', 'mksquashfs', fuse], 'with only dwarfs', () => {
  beforeEach(() => {
    install('dwarfs', MOUNT);
    run('mksquashfs', [join(folder, 'tree'), join(folder, 'tree.sqfs'), '-quiet', '-no-progress']);
    vi.stubEnv('DWARFS_SQUASHFS', join(folder, 'tree.sqfs'));
  });

  test('an image is mounted where it is, read, and unmounted', async () => {
    const path = writeFile(noise(512), await makeDwarfs());
    const files = await open(path, { offset: 512 });
    expect(leftovers()).toEqual([]);
    expect(Buffer.from(await collect(files.readFile('file'))).toString()).toBe('content');
    expect(log()).toEqual([`${path} ro,offset=512`]);
    const [name = ''] = leftovers();
    const mountPoint = join(folder, 'temporary', name, 'mounted');
    expect(readFileSync('/proc/self/mounts', 'utf8')).toContain(mountPoint);
    await files.close();
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(mountPoint);
    expect(leftovers()).toEqual([]);
  });

  test('a driver that fails is unsupported, and leaves nothing behind', async () => {
    install('dwarfs', "#!/bin/sh\necho 'fuse: device not found' >&2\nexit 1\n");
    const files = await open(writeFile(await makeDwarfs()));
    await expect(files.stat('')).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('device not found'),
    });
    expect(leftovers()).toEqual([]);
  });

  test.each([
    ['ended after it has mounted', 'exec sleep 60'],
    ['that has mounted and fails', 'exit 1'],
  ])('of a driver %s, nothing stays mounted', async (_, end) => {
    install('dwarfs', `${MOUNT.replace('exec ', '')}echo mounted >> "$DWARFS_LOG"\n${end}\n`);
    const controller = new AbortController();
    const files = await open(writeFile(await makeDwarfs()));
    const asked = files.stat('', { signal: controller.signal });
    asked.catch(() => undefined);
    await vi.waitFor(() => expect(log()).toContain('mounted'));
    controller.abort();
    await expect(asked).rejects.toThrow();
    await files.close();
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(folder);
    expect(leftovers()).toEqual([]);
  });

  test('dwarfsextract is taken before it, where both are there', async () => {
    install('dwarfsextract', "#!/bin/sh\necho 'asked' >&2\nexit 1\n");
    const files = await open(writeFile(await makeDwarfs()));
    await expect(files.stat('')).rejects.toMatchObject({ message: expect.stringContaining('dwarfsextract') });
  });
});

describeWith(['sh'], 'where it can not be unmounted', () => {
  test('nothing below the mount point is removed', async () => {
    for (const name of ['fusermount3', 'fusermount', 'umount']) install(name, '#!/bin/sh\nexit 1\n');
    install('dwarfs', '#!/bin/sh\necho precious > "$2/file"\nexit 1\n'); // as if it were in what is mounted there
    vi.stubEnv('PATH', [join(folder, 'bin'), '/usr/bin', '/bin'].join(':'));
    const files = await open(writeFile(await makeDwarfs()));
    await expect(files.stat('')).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('dwarfs'),
    });
    const [name = ''] = leftovers();
    expect(readFileSync(join(folder, 'temporary', name, 'mounted/file'), 'utf8')).toBe('precious\n');
  });
});
