import { describe, expect, test, vi } from 'vitest';
import type { InputDirectory } from '../../../src/filesystem/input-tree.ts';
import { openIso9660 } from '../../../src/iso9660/read/open-iso9660.ts';
import { StallingSource } from '../../support/stalling-source.ts';
import { directory, file, symlink } from '../../support/trees.ts';
import { testTwoWaiters, type Work } from '../../support/two-waiters.ts';
import { writeIso } from '../support/write-image.ts';

/** Its record goes on in a continuation area. */
const LINK = symlink('far/away/'.repeat(60));

/** So many of them that their continuation areas are far from those that are read when an image is opened. */
const LINKS = directory(Array.from({ length: 100 }, (_, index) => [`link-${index}`, LINK] as const));

async function stallingImage(root: InputDirectory) {
  const source = new StallingSource(await writeIso(root));
  const files = await openIso9660(source);
  await files.readDirectory('');
  return { source, files };
}

describe.each<[string, number, Work]>([
  ['a directory', 0, (files, options) => files.readDirectory('plain', options)],
  ['what the records of a directory go on in', 1, (files, options) => files.readDirectory('wide', options)],
])('two who wait for %s', (_, patience, work) => {
  testTwoWaiters(work, async () => {
    const { source, files } = await stallingImage(
      directory({ plain: directory({ inner: file('inner') }), wide: LINKS }),
    );
    source.patience = patience;
    return { source, files };
  });
});

test('who reads a continuation area for several listings gives up by itself', async () => {
  const folders = { a: LINKS, one: directory({ link: LINK }), two: directory({ link: LINK }) };
  const { source, files } = await stallingImage(directory(folders));
  source.patience = 2;
  const controllers = [new AbortController(), new AbortController()] as const;
  const waiting = ['one', 'two'].map((path, index) =>
    files.readDirectory(path, { signal: (controllers[index] as AbortController).signal }),
  );
  for (const each of waiting) each.catch(() => undefined);
  await vi.waitFor(() => expect(source.stalled).toHaveLength(1));
  controllers[0].abort('first');
  await expect(waiting[0]).rejects.toBe('first');
  expect(source.stalled[0]?.signal?.aborted).toBe(false);
  controllers[1].abort('second');
  await expect(waiting[1]).rejects.toBe('second');
  expect(source.stalled[0]?.signal?.aborted).toBe(true);
});
