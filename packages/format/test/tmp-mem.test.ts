import { expect, test } from 'vitest';
import type { InputNode } from '../src/filesystem/input-tree.ts';
import { directory, file, openImage, writeImage } from './support/trees.ts';
test('memory', async () => {
  const big = { ...file(), content: { size: 2 ** 23 * 4096, async *read(n: number) { const z = new Uint8Array(n); for (let i = 0; i < 2 ** 23; i++) yield z; } } };
  const t0 = Date.now();
  const bytes = await writeImage(directory(Array.from({ length: 100 }, (_, i): [string, InputNode] => [`${i}`, big])), { blockSize: 4096 });
  console.log('image', bytes.length, Date.now() - t0);
  const files = await openImage(bytes);
  const t1 = Date.now();
  const list = await files.readDirectory('');
  console.log(list.length, 'rss', process.memoryUsage().rss / 2 ** 20, Date.now() - t1);
  expect(1).toBe(1);
});
