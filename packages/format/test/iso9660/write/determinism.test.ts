import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { InputDirectory, InputNode } from '../../../src/filesystem/input-tree.ts';
import { richTree } from '../../support/rich-tree.ts';
import { directory, file, noise, prose } from '../../support/trees.ts';
import { COMPRESSED, writeIso } from '../support/write-image.ts';

/** With files that are too large to be packed in memory. */
function tree(): InputDirectory {
  const root = richTree(32_768);
  const large = directory({
    prose: file(prose(1_500_000)),
    again: file(prose(1_500_000)),
    noise: file(noise(1_200_000)),
  });
  return directory([...root.entries, ['large', large]], root);
}

async function hashOf(root: InputDirectory, concurrency = 4): Promise<string> {
  const { compressor } = COMPRESSED;
  if (compressor === undefined) throw new Error('There must be a compressor');
  const image = await writeIso(root, { ...COMPRESSED, compressor: { ...compressor, concurrency } });
  return createHash('sha256').update(image).digest('hex');
}

/** The same tree with the entries of each directory in the opposite order, hard links kept. */
function turned(root: InputDirectory): InputDirectory {
  const entries = [...root.entries].reverse().map(([name, node]): [string, InputNode] => {
    return [name, node.type === 'directory' ? turned(node) : node];
  });
  return directory(entries, root);
}

describe('the same tree gives the same bytes', () => {
  const expected = hashOf(tree());

  test('again', async () => {
    expect(await hashOf(tree())).toBe(await expected);
  });

  test('whatever the order in which directories list their entries', async () => {
    expect(await hashOf(turned(tree()))).toBe(await expected);
  });

  test.each([1, 2, 64])('with %d blocks compressed at once', async (concurrency) => {
    expect(await hashOf(tree(), concurrency)).toBe(await expected);
  });

  test.each([
    { UV_THREADPOOL_SIZE: '1', TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' },
    { UV_THREADPOOL_SIZE: '16', TZ: 'America/St_Johns', LANG: 'C', LC_ALL: 'tr_TR' },
  ])('in another process with %j', async (variables) => {
    const script = fileURLToPath(new URL('../support/print-hash.ts', import.meta.url));
    const hashes = [richTree(32_768)].map((root) => hashOf(root));
    const output = execFileSync(process.execPath, ['--no-warnings', script], {
      env: { ...process.env, NODE_OPTIONS: '', ...variables },
      encoding: 'utf8',
    });
    expect(output.trim()).toBe(await hashes[0]);
  });
});

test('another tree gives other bytes', async () => {
  const root = tree();
  expect(await hashOf(directory(root.entries, { ...root, mtime: 1 }))).not.toBe(await hashOf(root));
});
