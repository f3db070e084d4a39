import { readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { bufferSource, windowSource } from '../../../src/io/byte-source.ts';
import { extractFileSystem } from '../../../src/node/extract/extract-file-system.ts';
import { openFileSource } from '../../../src/node/file-source.ts';
import { makeDwarfs } from '../../dwarfs/make-dwarfs.ts';
import { richTree } from '../../support/rich-tree.ts';
import { snapshotFolder, snapshotImage, without } from '../../support/snapshots.ts';
import { collect, noise, openImage, writeImage } from '../../support/trees.ts';
import { EXTRACT, folder, install, leftovers, log, open, useStandIns, writeFile } from './stand-ins.ts';

useStandIns();

describe('without a program for it', () => {
  test('an image is unsupported, and told what is missing', async () => {
    vi.stubEnv('PATH', join(folder, 'bin'));
    await expect(open(writeFile(await makeDwarfs()))).rejects.toMatchObject({
      code: 'unsupported',
      message:
        'Cannot read DwarFS file system: expected dwarfsextract or dwarfs on the PATH, found neither; install DwarFS',
    });
  });

  test('something else is malformed, a missing file io', async () => {
    await expect(open(writeFile(noise(1000)))).rejects.toMatchObject({ code: 'malformed' });
    await expect(open(join(folder, 'missing'))).rejects.toMatchObject({ code: 'io' });
  });
});

describeWith(['bsdtar', 'sh', 'find'], 'with dwarfsextract', () => {
  beforeEach(() => install('dwarfsextract', EXTRACT));

  describeWith(['root'], 'a tree', () => {
    test('is read as it is', async () => {
      const tree = join(folder, 'rich');
      await extractFileSystem(await openImage(await writeImage(richTree(131_072))), tree);
      vi.stubEnv('DWARFS_TREE', tree);
      const files = await open(writeFile(await makeDwarfs()));
      const { '': _, ...found } = without(await snapshotImage(files), 'xattrs');
      const { '': root, ...expected } = without(snapshotFolder(tree), 'xattrs');
      expect(root).toBeDefined();
      expect(found).toEqual(expected);
    });
  });

  test('nothing is done before a file is asked for; the sections are known', async () => {
    const files = await open(writeFile(await makeDwarfs()));
    expect(files.image).toMatchObject({ version: { major: 2, minor: 5 }, blockCount: 3 });
    expect([log(), leftovers()]).toEqual([[], []]);
    expect(await files.stat('file')).toMatchObject({ size: 7 });
    expect(log()).toHaveLength(1);
    expect(leftovers()).toHaveLength(1);
  });

  test('an image is unpacked once, whoever asks', async () => {
    const files = await open(writeFile(await makeDwarfs()));
    await Promise.all([files.stat('file'), files.readDirectory(''), collect(files.readFile('file'))]);
    expect(Buffer.from(await collect(files.readFile('file', { start: 3 }))).toString()).toBe('tent');
    expect(await files.readXattrs('file')).toEqual(new Map());
    expect(log()).toHaveLength(1);
  });

  test('symlinks and holes at the end are there', async () => {
    symlinkSync('file', join(folder, 'tree/link'));
    writeFileSync(join(folder, 'tree/zeros'), new Uint8Array(100_000));
    const files = await open(writeFile(await makeDwarfs()));
    expect(await files.readLink('link')).toBe('file');
    const zeros = await collect(files.readFile('zeros'));
    expect(zeros.length).toBe(100_000);
    expect(zeros.every((byte) => byte === 0)).toBe(true);
  });

  test('closing leaves nothing behind, twice as well as once', async () => {
    const files = await open(writeFile(await makeDwarfs()));
    await files.stat('file');
    await Promise.all([files.close(), files.close()]);
    expect(leftovers()).toEqual([]);
    await expect(files.stat('file')).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('closed') });
  });

  test('closing while it is unpacked ends that', async () => {
    install('dwarfsextract', '#!/bin/sh\necho x\nexec sleep 60\n');
    const files = await open(writeFile(await makeDwarfs()));
    const asked = files.stat('file');
    asked.catch(() => undefined);
    await files.close();
    await expect(asked).rejects.toMatchObject({ code: 'io' });
    expect(leftovers()).toEqual([]);
  });

  describe('the image', () => {
    test('at the end of a file is read there', async () => {
      const path = writeFile(noise(4321), await makeDwarfs());
      const files = await open(path, { offset: 4321 });
      await files.stat('file');
      expect(log()).toEqual([`${path} 4321`]);
    });

    test('in a window of a file is read there', async () => {
      const path = writeFile(noise(4321), await makeDwarfs());
      const source = await openFileSource(path);
      onTestFinished(() => source.close());
      const files = await open(windowSource(source, 4000), { offset: 321 });
      await files.stat('file');
      expect(log()).toEqual([`${path} 4321`]);
    });

    test('that something follows is copied', async () => {
      const bytes = await makeDwarfs();
      const path = writeFile(noise(4321), bytes, Buffer.from('something at the end'));
      const files = await open(path, { offset: 4321, length: bytes.length });
      await files.stat('file');
      expect(log()).toEqual([expect.stringMatching(/image\.dwarfs 0$/)]);
    });

    test('whose end only its sections tell is copied', async () => {
      const path = writeFile(await makeDwarfs(), Buffer.from('something at the end'));
      await (await open(path)).stat('file');
      expect(log()).toEqual([expect.stringMatching(/image\.dwarfs 0$/)]);
    });

    test('in memory is copied', async () => {
      const bytes = await makeDwarfs();
      const files = await open(bufferSource(Buffer.concat([noise(99), bytes])), { offset: 99 });
      await files.stat('file');
      const [copy = ''] = log().map((line) => line.split(' ')[0] as string);
      expect(Buffer.compare(readFileSync(copy), bytes)).toBe(0);
    });

    test('in a file that has lost its name is copied', async () => {
      const path = writeFile(await makeDwarfs());
      const source = await openFileSource(path);
      onTestFinished(() => source.close());
      unlinkSync(path);
      writeFileSync(path, 'another file');
      await (await open(source)).stat('file');
      expect(log()).toEqual([expect.stringMatching(/image\.dwarfs 0$/)]);
    });
  });

  describe('a failure', () => {
    test('of the program is told with its words, and leaves nothing behind', async () => {
      install('dwarfsextract', "#!/bin/sh\necho 'crashed: no such block' >&2\nexit 1\n");
      const files = await open(writeFile(await makeDwarfs()));
      await expect(files.stat('file')).rejects.toMatchObject({
        code: 'unsupported',
        message: 'Cannot read DwarFS image: dwarfsextract ended with status 1, crashed: no such block',
      });
      expect(leftovers()).toEqual([]);
    });

    test('in the middle of its output is told, too', async () => {
      install('dwarfsextract', EXTRACT.replace('bsdtar -cf -', 'bsdtar -cf - --options invalid'));
      await expect((await open(writeFile(await makeDwarfs()))).stat('file')).rejects.toMatchObject({
        name: 'AppImageError',
      });
      expect(leftovers()).toEqual([]);
    });

    test.each<[string, string, string]>([
      ['no archive', 'head -c 2000 /dev/urandom', 'malformed'],
      ['more than may be unpacked', 'cd "$DWARFS_TREE" && bsdtar -cf - --format gnutar file', 'limit'],
    ])('of what it prints (%s) ends the program at once', async (_, print, code) => {
      install('dwarfsextract', `#!/bin/sh\necho $$ >> "$DWARFS_LOG"\n(${print})\nexec sleep 60\n`);
      const files = await open(writeFile(await makeDwarfs()), { maximumUnpackedLength: 6 });
      await expect(files.stat('file')).rejects.toMatchObject({ code });
      const pid = Number.parseInt(log()[0] as string, 10);
      expect(pid).toBeGreaterThan(1);
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    });

    test('is not remembered: the next try may succeed', async () => {
      const files = await open(writeFile(await makeDwarfs()));
      vi.stubEnv('DWARFS_TREE', join(folder, 'missing'));
      await expect(files.stat('file')).rejects.toMatchObject({ name: 'AppImageError' });
      vi.stubEnv('DWARFS_TREE', join(folder, 'tree'));
      expect(await files.stat('file')).toMatchObject({ size: 7 });
    });

    test('by a limit is told', async () => {
      const path = writeFile(await makeDwarfs());
      await expect((await open(path, { maximumUnpackedLength: 6 })).stat('file')).rejects.toMatchObject({
        code: 'limit',
      });
      writeFileSync(join(folder, 'tree/second'), '');
      await expect((await open(path, { limits: { entries: 1 } })).stat('file')).rejects.toMatchObject({
        code: 'limit',
      });
    });

    test('to make a folder is io', async () => {
      const files = await open(writeFile(await makeDwarfs()), { temporaryFolder: join(folder, 'missing') });
      await expect(files.stat('file')).rejects.toMatchObject({ code: 'io' });
    });
  });

  test('who gives up does not end what others wait for', async () => {
    install('dwarfsextract', EXTRACT.replace('cd "$DWARFS_TREE"', 'sleep 1\ncd "$DWARFS_TREE"'));
    const reason = new Error('given up');
    const controller = new AbortController();
    const files = await open(writeFile(await makeDwarfs()));
    const impatient = files.stat('file', { signal: controller.signal });
    const patient = files.stat('file');
    controller.abort(reason);
    await expect(impatient).rejects.toBe(reason);
    expect(await patient).toMatchObject({ size: 7 });
    expect(log()).toHaveLength(1);
  });

  test('where all have given up, the program is ended and what it made removed', async () => {
    install('dwarfsextract', '#!/bin/sh\necho x\nexec sleep 60\n');
    const reason = new Error('given up');
    const controller = new AbortController();
    const files = await open(writeFile(await makeDwarfs()));
    const asked = files.stat('file', { signal: controller.signal });
    await vi.waitFor(() => expect(leftovers()).toHaveLength(1));
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
    await files.close();
    expect(leftovers()).toEqual([]);
  });
});
