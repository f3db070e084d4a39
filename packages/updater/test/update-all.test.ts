import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { run, temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { findAppImages, forEachAppImage } from '../src/index.ts';
import { makeImage } from './support/make-image.ts';

describe('the AppImages in folders', () => {
  test('are those that are called so, and those that say so at their start, each once', async () => {
    const folder = temporaryFolder();
    const image = await makeImage({ version: '1.0' });
    for (const name of ['b.AppImage', 'a.appimage', 'program', '.hidden.AppImage'])
      writeFileSync(join(folder, name), image);
    writeFileSync(join(folder, 'notes.txt'), 'AI\x02');
    symlinkSync('program', join(folder, 'link'));
    symlinkSync('nowhere', join(folder, 'broken.AppImage'));
    mkdirSync(join(folder, 'folder.AppImage'));
    run('mkfifo', [join(folder, 'pipe')]);
    symlinkSync('pipe', join(folder, 'pipe.AppImage'));
    const found = await findAppImages([folder, folder, join(folder, 'missing')]);
    expect(found).toEqual(['a.appimage', 'b.AppImage', 'link'].map((name) => join(folder, name)));
  });

  test('are an error where there is no folder but something else', async () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, '');
    await expect(findAppImages([path])).rejects.toMatchObject({ code: 'io', path });
  });
});

describe('what is done with several files', () => {
  const failure = new AppImageError('io', 'no');

  test('goes on when one fails, with a few at once, and is answered in their order', async () => {
    let running = 0;
    let most = 0;
    const told: string[] = [];
    const outcomes = await forEachAppImage(
      ['a', 'b', 'c', 'd', 'e'],
      async (file) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, file === 'a' ? 30 : 1));
        running -= 1;
        if (file === 'b') throw failure;
        return file.toUpperCase();
      },
      { concurrency: 3, onOutcome: ({ file }) => void told.push(file) },
    );
    expect(outcomes).toEqual([
      { file: 'a', result: 'A' },
      { file: 'b', error: failure },
      { file: 'c', result: 'C' },
      { file: 'd', result: 'D' },
      { file: 'e', result: 'E' },
    ]);
    expect(most).toBe(3);
    expect(told.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('ends when it is told to', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    const all = forEachAppImage(
      ['a', 'b', 'c'],
      async (file) => {
        seen.push(file);
        controller.abort(new Error('enough'));
      },
      { concurrency: 1, signal: controller.signal },
    );
    await expect(all).rejects.toThrow('enough');
    expect(seen).toEqual(['a']);
  });

  test('is a mistake with no files at once', async () => {
    await expect(forEachAppImage(['a'], async () => 1, { concurrency: 0 })).rejects.toThrow(RangeError);
  });
});
