import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { InputDirectory, InputNode } from '../../../src/filesystem/input-tree.ts';
import { nodeCompressor } from '../../../src/node/codecs.ts';
import { richTree } from '../../support/rich-tree.ts';
import { directory, writeImage } from '../../support/trees.ts';

const BLOCK_SIZE = 16_384;

async function hashOf(root: InputDirectory, concurrency = 4): Promise<string> {
  const compressor = { ...nodeCompressor('zstd', 5), concurrency };
  const image = await writeImage(root, { blockSize: BLOCK_SIZE, compressor, tailPacking: 'always' });
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
  const expected = hashOf(richTree(BLOCK_SIZE));

  test('again', async () => {
    expect(await hashOf(richTree(BLOCK_SIZE))).toBe(await expected);
  });

  test('whatever the order in which directories list their entries', async () => {
    expect(await hashOf(turned(richTree(BLOCK_SIZE)))).toBe(await expected);
  });

  test.each([1, 2, 64])('with %d blocks compressed at once', async (concurrency) => {
    expect(await hashOf(richTree(BLOCK_SIZE), concurrency)).toBe(await expected);
  });

  test.each([
    { UV_THREADPOOL_SIZE: '1', TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' },
    { UV_THREADPOOL_SIZE: '16', TZ: 'America/St_Johns', LANG: 'C', LC_ALL: 'tr_TR' },
  ])('in another process with %j', async (variables) => {
    const script = fileURLToPath(new URL('../../support/print-hash.ts', import.meta.url));
    const output = execFileSync(process.execPath, ['--no-warnings', script, `${BLOCK_SIZE}`], {
      env: { ...process.env, NODE_OPTIONS: '', ...variables },
      encoding: 'utf8',
    });
    expect(output.trim()).toBe(await expected);
  });
});

test('another tree gives other bytes', async () => {
  const root = richTree(BLOCK_SIZE);
  expect(await hashOf(directory(root.entries, { ...root, mtime: 1 }))).not.toBe(await hashOf(root));
});
