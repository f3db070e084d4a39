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

  test('a driver that fails is io, and leaves nothing behind', async () => {
    install('dwarfs', "#!/bin/sh\necho 'fuse: device not found' >&2\nexit 1\n");
    const files = await open(writeFile(await makeDwarfs()));
    await expect(files.stat('')).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('device not found'),
    });
    expect(leftovers()).toEqual([]);
  });

  test('dwarfsextract is taken before it, where both are there', async () => {
    install('dwarfsextract', "#!/bin/sh\necho 'asked' >&2\nexit 1\n");
    const files = await open(writeFile(await makeDwarfs()));
    await expect(files.stat('')).rejects.toMatchObject({ message: expect.stringContaining('dwarfsextract') });
  });
});
