import { describe, expect, test } from 'vitest';
import type { FileFacts } from '../../src/replace/file-operations.ts';
import { keepVersion, listOldVersions } from '../../src/replace/old-versions.ts';
import { replaceFile } from '../../src/replace/replace-file.ts';
import { restoreVersion } from '../../src/replace/restore-version.ts';
import { LosingDisk, PowerLoss } from './losing-disk.ts';

const OLD = { version: '1.0', sha256: 'a'.repeat(64) };
const NEW = { version: '2.0', sha256: 'b'.repeat(64) };
const facts: FileFacts = { isFile: true, size: 3, mode: 0o755, uid: 0, gid: 0, device: 1, inode: 1, links: 1 };
const target = { path: '/app', folder: '/', name: 'app', facts };

/** A disk with the old file, and the new one as a download leaves it. */
function downloaded(options: ConstructorParameters<typeof LosingDisk>[1] = {}): LosingDisk {
  const disk = new LosingDisk({ app: 'old' }, options);
  disk.write('/.app.part', 'new', { synced: false });
  return disk;
}

function replace({ operations }: LosingDisk) {
  return replaceFile({ target, replacement: '/.app.part', oldVersion: OLD, newVersion: NEW, operations });
}

describe.each([
  ['with hard links', true],
  ['without hard links', false],
])('on a disk %s', (_, knowsLinks) => {
  test('an update leaves the old file or the new one, whole, whenever the power is lost', async () => {
    const whole = downloaded({ knowsLinks });
    await replace(whole);
    expect(whole.content('/app')).toBe('new');
    const outcomes = new Set<string | undefined>();
    for (let lossAt = 1; lossAt <= whole.calls + 1; lossAt++) {
      const disk = downloaded({ lossAt, knowsLinks });
      const ended = await replace(disk).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (lossAt <= whole.calls) expect(disk.calls).toBeGreaterThanOrEqual(lossAt);
      else expect(ended).toBeUndefined();
      for (const state of disk.states()) {
        outcomes.add(state.get('/app'));
        expect(['old', 'new']).toContain(state.get('/app'));
        // Once the new one is there, so is the way back.
        const kept = [...state]
          .filter(([path]) => /^\/\.appimage-versions\/app\/\d{4}_/.test(path))
          .map(([, content]) => content);
        if (state.get('/app') === 'new') expect(kept).toEqual(['old']);
        else expect(kept.every((content) => content === 'old')).toBe(true);
      }
    }
    expect([...outcomes].toSorted()).toEqual(['new', 'old']);
  });

  test('a rollback leaves one of the two, whole, whenever the power is lost', async () => {
    const outcomes = new Set<string | undefined>();
    for (let calls = 1, lossAt = 1; lossAt <= calls; lossAt++) {
      const disk = new LosingDisk({ app: 'old' }, { knowsLinks });
      const version = await keepVersion('/app', OLD, disk.operations);
      disk.write('/app', 'new');
      const start = disk.calls;
      disk.lossAt = start + lossAt;
      const request = { path: '/app', version, current: NEW, operations: disk.operations };
      await restoreVersion(request).catch((error: unknown) => expect(error).toBeInstanceOf(PowerLoss));
      calls = Math.max(calls, disk.calls - start + 1);
      for (const state of disk.states()) {
        outcomes.add(state.get('/app'));
        expect(['old', 'new']).toContain(state.get('/app'));
        const kept = [...state].filter(([path]) => /^\/\.appimage-versions\/app\/\d{4}_/.test(path));
        expect(kept.map(([, content]) => content)).toContain(state.get('/app') === 'old' ? 'new' : 'old');
      }
    }
    expect([...outcomes].toSorted()).toEqual(['new', 'old']);
  });
});

describe('a call that fails', () => {
  test('at any step leaves one of the two, and the next update finishes', async () => {
    const whole = downloaded();
    await replace(whole);
    let refused = 0;
    for (let step = 1; step <= whole.calls; step++) {
      const disk = downloaded();
      disk.failAt = step;
      const outcome = await replace(disk).then(
        ({ remarks }) => remarks,
        (error: unknown) => error,
      );
      expect(['old', 'new']).toContain(disk.content('/app'));
      if (Array.isArray(outcome)) {
        // Only what comes after the file is in its place may fail without being an error.
        expect([disk.content('/app'), outcome]).toEqual([
          'new',
          [expect.stringContaining('Old versions could not be removed')],
        ]);
        continue;
      }
      refused += 1;
      expect(outcome).toMatchObject({
        code: 'io',
        path: '/app',
        message: expect.stringContaining('Cannot replace /app: '),
      });
      if (disk.content('/app') === 'new') continue;
      if (disk.content('/.app.part') === undefined) disk.write('/.app.part', 'new', { synced: false });
      await replace(disk);
      expect(disk.content('/app')).toBe('new');
      const kept = await listOldVersions('/app', disk.operations);
      expect(kept.map(({ path, version }) => [version, disk.content(path)])).toEqual([['1.0', 'old']]);
    }
    expect(refused).toBeGreaterThan(5);
    expect(await listOldVersions('/app', whole.operations)).toMatchObject([
      { sequence: 1, version: '1.0', digest: 'a'.repeat(16) },
    ]);
  });
});
