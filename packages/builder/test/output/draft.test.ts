import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mountTmpfs, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDraft } from '../../src/output/draft.ts';
import { makeAppDir } from '../make-tree.ts';

function locations() {
  const folder = temporaryFolder();
  const appDir = makeAppDir(join(folder, 'app'));
  mkdirSync(join(folder, 'out'));
  return { folder, appDir, out: join(folder, 'out'), output: join(folder, 'out/x.AppImage') };
}

const bytes = new TextEncoder().encode('image');

describe('openDraft', () => {
  test('gives the output its name only when it is published, executable by everybody', async () => {
    const { appDir, out, output } = locations();
    const umask = process.umask(0o077);
    onTestFinished(() => void process.umask(umask));
    const draft = await openDraft({ output, appDir });
    await draft.write(0, bytes);
    expect(existsSync(output)).toBe(false);
    await draft.publish();
    await draft[Symbol.asyncDispose]();
    expect(readdirSync(out)).toEqual(['x.AppImage']);
    expect(readFileSync(output, 'utf8')).toBe('image');
    expect(statSync(output).mode & 0o7777).toBe(0o755);
  });

  test('leaves nothing behind when it is not published, and the old output as it was', async () => {
    const { appDir, out, output } = locations();
    writeFileSync(output, 'old');
    const draft = await openDraft({ output, appDir });
    await draft.write(0, bytes);
    expect(readdirSync(out)).toHaveLength(2);
    await draft[Symbol.asyncDispose]();
    expect(readdirSync(out)).toEqual(['x.AppImage']);
    expect(readFileSync(output, 'utf8')).toBe('old');
  });

  test('replaces an output that exists, a symlink itself and not what it points to', async () => {
    const { appDir, folder, output } = locations();
    writeFileSync(join(folder, 'other'), 'other');
    symlinkSync(join(folder, 'other'), output);
    const draft = await openDraft({ output, appDir });
    await draft.write(0, bytes);
    await draft.publish();
    await draft[Symbol.asyncDispose]();
    expect(readFileSync(output, 'utf8')).toBe('image');
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('other');
  });

  test('has room for an output name of 255 bytes', async () => {
    const { appDir, out } = locations();
    const output = join(out, `${'ü'.repeat(123)}.AppImage`);
    const draft = await openDraft({ output, appDir });
    await draft.publish();
    await draft[Symbol.asyncDispose]();
    expect(existsSync(output)).toBe(true);
  });

  test('refuses an output that is a directory, or is in one that does not exist', async () => {
    const { appDir, out, folder } = locations();
    await expect(openDraft({ output: out, appDir })).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('found a directory'),
    });
    await expect(openDraft({ output: join(folder, 'missing/x'), appDir })).rejects.toMatchObject({
      code: 'not-found',
      path: join(folder, 'missing'),
    });
  });

  test('refuses to replace a device', async () => {
    const { appDir } = locations();
    await expect(openDraft({ output: '/dev/null', appDir })).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('found a device'),
    });
  });

  test.each(['x.AppImage', 'usr/bin/x.AppImage'])(
    'refuses the output %s in the AppDir, through a symlink, too',
    async (name) => {
      const { appDir, folder } = locations();
      symlinkSync(appDir, join(folder, 'link'));
      const refusal = { code: 'not-permitted', message: expect.stringContaining('must lie outside of the AppDir') };
      await expect(openDraft({ output: join(appDir, name), appDir })).rejects.toMatchObject(refusal);
      await expect(openDraft({ output: join(folder, 'link', name), appDir })).rejects.toMatchObject(refusal);
      expect(readdirSync(appDir).toSorted()).toEqual(['hello.desktop', 'hello.png', 'usr']);
    },
  );

  test('takes a directory whose name only begins like the AppDir', async () => {
    const { appDir, folder } = locations();
    mkdirSync(`${appDir}-out`);
    mkdirSync(join(folder, '..app'));
    for (const output of [`${appDir}-out/x`, join(folder, '..app/x'), `${appDir}.AppImage`]) {
      const draft = await openDraft({ output, appDir });
      await draft.publish();
      await draft[Symbol.asyncDispose]();
      expect(existsSync(output)).toBe(true);
    }
  });

  testWith(['root'], 'speaks of the output when the disk is full', async () => {
    const { appDir, out, output } = locations();
    mountTmpfs(out, '64k');
    const draft = await openDraft({ output, appDir });
    await expect(draft.write(0, new Uint8Array(1_000_000))).rejects.toMatchObject({
      code: 'io',
      path: output,
      message: expect.stringContaining('the disk is full'),
    });
    await draft[Symbol.asyncDispose]();
    expect(readdirSync(out)).toEqual([]);
  });
});
