import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { beforeEach, expect, test } from 'vitest';
import { smallFiles } from '../src/inputs.ts';
import { treeDigest } from '../src/tree-digest.ts';

let cache: string;

beforeEach(() => {
  cache = temporaryFolder();
});

test('the input has as many files and bytes as it says, and is the same every time', () => {
  const first = make();
  const files = readdirSync(join(first.path, 'usr'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files).toHaveLength(200);
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  expect(bytes).toBeCloseTo(3_000_000, -4);

  const digest = treeDigest(first.path);
  rmSync(first.path, { recursive: true });
  expect(treeDigest(make().path)).toBe(digest);
});

test('a digest tells contents, names and executable files apart', () => {
  const digests = [
    ['a', 'x', 0o644],
    ['a', 'y', 0o644],
    ['b', 'x', 0o644],
    ['a', 'x', 0o755],
  ].map(([name, content, mode], index) => {
    const folder = join(cache, String(index));
    mkdirSync(folder);
    writeFileSync(join(folder, String(name)), String(content), { mode: Number(mode) });
    return treeDigest(folder);
  });
  expect(new Set(digests).size).toBe(4);
});

function make(): ReturnType<typeof smallFiles> {
  const scratch = temporaryFolder(cache);
  return smallFiles({ short: true, runs: 1, cache, scratch, command: '' });
}
