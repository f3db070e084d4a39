import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { cleanCache, listCache, readHost } from '../../src/index.ts';

/** What lies in the folders that all use is not for a test to see, and still less to remove. */
vi.mock(import('../../src/cache/cache-folder.ts'), async (original) => {
  const module = await original();
  const isShared = (path: string) => /^\/(?:var\/)?tmp\/appimage-\d+$/.test(path);
  return { ...module, cachePlaces: (env) => module.cachePlaces(env).filter(({ path }) => !isShared(path)) };
});

const host = readHost();
const DAY = 86_400;
const NOW = 1_800_000_000;
const key = (digit: string): string => digit.repeat(40);

/** A cache as starts leave it: trees with so many KiB that were last used so many days ago. */
function writeCache(
  trees: Readonly<Record<string, { readonly size: number; readonly days: number; readonly name?: string }>>,
) {
  const home = temporaryFolder();
  const folder = join(home, 'appimage');
  mkdirSync(folder, { mode: 0o700 });
  onTestFinished(() => void run('chmod', ['-R', 'u+w', home]));
  for (const [digit, { size, days, name }] of Object.entries(trees)) {
    const tree = join(folder, key(digit));
    mkdirSync(tree);
    writeFileSync(join(tree, 'AppRun'), Buffer.alloc(size * 1024, 1));
    if (name !== undefined) writeFileSync(join(tree, 'x.desktop'), `[Desktop Entry]\nType=Application\nName=${name}\n`);
    run('chmod', ['-R', 'a-w', tree]);
    writeFileSync(`${tree}.lock`, '');
    utimesSync(`${tree}.lock`, NOW - days * DAY, NOW - days * DAY);
  }
  // All that a start needs, and nothing of whoever runs the tests.
  const env = { XDG_CACHE_HOME: home, HOME: '/nonexistent', TMPDIR: home, PATH: process.env['PATH'] };
  return { folder, env };
}

const three = {
  a: { size: 40, days: 1, name: 'Editor' },
  b: { size: 80, days: 40 },
  c: { size: 400, days: 60 },
} as const;

describe('listCache', () => {
  test.each(['/dev/zero', 'a pipe'])('does not wait for the desktop entry of an image that is %s', async (what) => {
    const { folder, env } = writeCache({});
    const tree = join(folder, key('d'));
    mkdirSync(tree);
    if (what === 'a pipe') run('mkfifo', [join(tree, 'x.desktop')]);
    else symlinkSync(what, join(tree, 'x.desktop'));
    expect(await listCache(env)).toMatchObject([{ key: key('d'), name: null }]);
  });

  test('tells what is there, the most recent first', async () => {
    const { folder, env } = writeCache(three);
    const trees = (await listCache(env)).filter(({ path }) => path.startsWith(folder));
    expect(trees.map(({ key: name, kind, inUse, files }) => ({ name, kind, inUse, files }))).toEqual([
      { name: key('a'), kind: 'image', inUse: false, files: 2 },
      { name: key('b'), kind: 'image', inUse: false, files: 1 },
      { name: key('c'), kind: 'image', inUse: false, files: 1 },
    ]);
    expect(trees[0]).toMatchObject({ name: 'Editor', lastUsed: NOW - DAY });
    expect(trees[2]?.size).toBeGreaterThanOrEqual(400 * 1024);
  });

  test('looks into no folder that others can write to', async () => {
    const { folder, env } = writeCache(three);
    run('chmod', ['777', folder]);
    expect((await listCache(env)).filter(({ path }) => path.startsWith(folder))).toEqual([]);
  });
});

describe('cleanCache', () => {
  const left = (folder: string) => readdirSync(folder).filter((name) => /^[0-9a-f]{40}$/.test(name));

  test.each([
    { what: 'everything that is named', options: { only: [key('b'), 'Editor'] }, stays: ['c'] },
    { what: 'what was not started for long', options: { olderThan: 50 * DAY }, stays: ['a', 'b'] },
    {
      what: 'what was used longest ago, until it is small enough',
      options: { maximumSize: 200 * 1024 },
      stays: ['a', 'b'],
    },
    { what: 'nothing where it is small enough', options: { maximumSize: 2 ** 30 }, stays: ['a', 'b', 'c'] },
    { what: 'nothing when it is only to tell', options: { olderThan: 0, dryRun: true }, stays: ['a', 'b', 'c'] },
  ])('removes $what', async ({ options, stays }) => {
    const { folder, env } = writeCache(three);
    const { removed, kept } = await cleanCache({ host, env, now: NOW, ...options });
    expect(left(folder)).toEqual(stays.map(key));
    expect(kept).toEqual([]);
    const dryRun = 'dryRun' in options;
    expect(removed.map((tree) => tree.key).sort()).toEqual(
      ['a', 'b', 'c'].filter((digit) => dryRun || !stays.includes(digit)).map(key),
    );
  });

  test('leaves what is in use', async () => {
    const { folder, env } = writeCache({ a: three.a });
    const child = spawn('sleep', ['600'], { env: { ...process.env, APPDIR: join(folder, key('a')) } });
    onTestFinished(() => void child.kill());
    await once(child, 'spawn');
    const { removed, kept } = await cleanCache({ host, env, now: NOW, only: [key('a')] });
    expect(removed).toEqual([]);
    expect(kept).toMatchObject([{ key: key('a'), inUse: true }]);
    expect(existsSync(join(folder, key('a'), 'AppRun'))).toBe(true);
  });

  test('leaves what a start has locked', async () => {
    const { folder, env } = writeCache({ a: three.a });
    const tree = join(folder, key('a'));
    const child = spawn('flock', ['--no-fork', '--shared', `${tree}.lock`, 'sh', '-c', 'echo locked; exec sleep 600']);
    onTestFinished(() => void child.kill());
    await once(child.stdout, 'data');
    const { removed, kept } = await cleanCache({ host, env, now: NOW, only: [key('a')] });
    expect(removed).toEqual([]);
    expect(kept).toMatchObject([{ key: key('a') }]);
  });
});
