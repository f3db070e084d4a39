import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { createFeed, parseFeed, serializeFeed } from '../../src/feed/index.ts';
import { type ImageRecipe, makeImage } from '../support/make-image.ts';

async function write(folder: string, name: string, recipe: ImageRecipe): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, await makeImage(recipe));
  return path;
}

describe('a feed of files', () => {
  test('has their versions, machines, sizes and hashes, newest first, in any order of the files', async () => {
    const folder = temporaryFolder();
    const files = [
      await write(folder, 'App-1.9 x86_64.AppImage', { version: '1.9' }),
      await write(folder, 'App-1.10-x86_64.AppImage', { version: '1.10' }),
      await write(folder, 'App-1.10-aarch64.AppImage', { version: '1.10', machine: 183 }),
    ];
    writeFileSync(`${files[1]}.zsync`, 'control');
    const made = await createFeed({ files });
    expect(made.name).toBe('Probe');
    expect(made.releases.map(({ version, images }) => [version, images.map(({ name }) => name)])).toEqual([
      ['1.10', ['App-1.10-aarch64.AppImage', 'App-1.10-x86_64.AppImage']],
      ['1.9', ['App-1.9 x86_64.AppImage']],
    ]);
    const bytes = await makeImage({ version: '1.10' });
    expect(made.releases[0]?.images[1]).toEqual({
      name: 'App-1.10-x86_64.AppImage',
      architecture: 'x86_64',
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      urls: ['App-1.10-x86_64.AppImage'],
      zsync: ['App-1.10-x86_64.AppImage.zsync'],
    });
    expect(made.releases[1]?.images[0]?.urls).toEqual(['App-1.9%20x86_64.AppImage']);
    const again = await createFeed({ files: files.toReversed() });
    expect(serializeFeed(again)).toEqual(serializeFeed(made));
    expect(parseFeed(serializeFeed(made))).toEqual(made);
  });

  test('has the addresses of where the files will be', async () => {
    const file = await write(temporaryFolder(), 'App.AppImage', { version: '1' });
    for (const baseUrl of ['https://example.org/app', 'https://example.org/app/?x=1#y']) {
      const { releases } = await createFeed({ files: [file], baseUrl });
      expect(releases[0]?.images[0]?.urls).toEqual(['https://example.org/app/App.AppImage']);
    }
    await expect(createFeed({ files: [file], baseUrl: 'example.org' })).rejects.toThrow(TypeError);
  });

  test('goes on from an earlier one: versions stay, and so do other machines of the same version', async () => {
    const folder = temporaryFolder();
    const old = await createFeed({
      files: [
        await write(folder, 'App-1-x86_64.AppImage', { version: '1' }),
        await write(folder, 'App-2-aarch64.AppImage', { version: '2', machine: 183 }),
      ],
      notes: 'old',
    });
    const file = await write(folder, 'App-2-x86_64.AppImage', { version: '2' });
    const publishedAt = new Date('2026-01-01T00:00:00Z');
    const made = await createFeed({ files: [file], previous: old, rollout: 10, publishedAt, minimumVersion: '1' });
    expect(made.releases).toMatchObject([
      { version: '2', rollout: 10, publishedAt, minimumVersion: '1', images: [{ architecture: 'aarch64' }, {}] },
      { version: '1', rollout: 100, notes: 'old' },
    ]);
    const beta = await createFeed({ files: [file], previous: made, channel: 'beta' });
    expect(beta.releases.map(({ version, channel }) => `${version} ${channel}`)).toEqual([
      '2 beta',
      '2 stable',
      '1 stable',
    ]);
  });

  test('has nothing that is no image, and needs a version', async () => {
    const folder = temporaryFolder();
    const text = join(folder, 'text.AppImage');
    writeFileSync(text, 'text');
    await expect(createFeed({ files: [text], version: '1' })).rejects.toMatchObject({ code: 'malformed' });
    const bare = await write(folder, 'App.AppImage', { version: '' });
    await expect(createFeed({ files: [bare] })).rejects.toThrow('expected a version, found none; give one');
    expect((await createFeed({ files: [bare], version: '7' })).releases[0]?.version).toBe('7');
    await expect(createFeed({ files: [bare], version: '7', rollout: 101 })).rejects.toThrow(RangeError);
  });
});
