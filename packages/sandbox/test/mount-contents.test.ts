import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, run, temporaryFolder } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mountContents, readHost, readImage } from '../src/index.ts';
import { writeAppImage } from './write-app-image.ts';

function environment() {
  const folder = temporaryFolder();
  onTestFinished(() => void run('chmod', ['-R', 'u+w', folder]));
  return { folder, env: { PATH: process.env['PATH'], TMPDIR: folder, XDG_CACHE_HOME: join(folder, 'cache') } };
}

describeWith(['/dev/fuse', 'fusermount3'], 'mountContents, where FUSE is there,', () => {
  test('mounts for as long as it is wanted', async () => {
    const { folder, env } = environment();
    const file = await writeAppImage(join(folder, 'x.AppImage'), 'exit 0');
    const mounted = await mountContents({ file, image: await readImage(file), host: readHost(), env });
    expect(mounted.by).toBe('mount');
    expect(readdirSync(mounted.directory)).toEqual(['AppRun']);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toContain(` ${mounted.directory} `);
    await mounted.close();
    await mounted.ended;
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(` ${mounted.directory} `);
    expect(existsSync(mounted.directory)).toBe(false);
  });

  test('notices when somebody else has unmounted it', async () => {
    const { folder, env } = environment();
    const file = await writeAppImage(join(folder, 'x.AppImage'), 'exit 0');
    await using mounted = await mountContents({ file, image: await readImage(file), host: readHost(), env });
    run('umount', [mounted.directory]);
    expect(await mounted.ended).toBeUndefined();
  });
});

describe('mountContents', () => {
  test('unpacks into the cache what can not be mounted, and leaves it there', async () => {
    const { folder, env } = environment();
    const file = await writeAppImage(join(folder, 'x.AppImage'), 'exit 0');
    const request = {
      file,
      image: await readImage(file),
      host: readHost(),
      env: { ...env, APPIMAGE_MOUNT: 'extract' },
    };
    const mounted = await mountContents(request);
    expect(mounted).toMatchObject({ by: 'cache', directory: expect.stringContaining(`${folder}/cache/appimage/`) });
    await mounted.close();
    expect(readdirSync(mounted.directory)).toEqual(['AppRun']);
  });
});
