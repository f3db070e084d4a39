import type { FSWatcher, watch as nodeWatch } from 'node:fs';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type FolderState, WatchedFolders } from '../../src/daemon/watched-folders.ts';

type Watch = typeof nodeWatch;

function makeWatched(watch?: Watch) {
  const changes: [string, string | null][] = [];
  const states: FolderState[] = [];
  const folders = new WatchedFolders({
    onChange: (folder, name) => changes.push([folder, name]),
    onState: (_, state) => states.push(state),
    ...(watch && { watch }),
  });
  onTestFinished(() => folders[Symbol.dispose]());
  return { folders, changes, states };
}

/** A stand-in for the system's events, which come when they are told to. */
function fakeWatch() {
  const listeners: ((event: string, name: string | null) => void)[] = [];
  const errors: (() => void)[] = [];
  let closed = 0;
  const watch = ((_path: string, _options: object, listener: (event: string, name: string | null) => void) => {
    listeners.push(listener);
    return {
      on: (_: string, onError: () => void) => errors.push(onError),
      close: () => closed++,
    } as unknown as FSWatcher;
  }) as unknown as Watch;
  return { watch, listeners, errors, closed: () => closed };
}

describe('watched folders', () => {
  test('tell which file has changed', async () => {
    const folder = temporaryFolder();
    const { folders, changes, states } = makeWatched();
    await folders.set([folder]);
    writeFileSync(join(folder, 'a'), '');
    await vi.waitFor(() => expect(changes).toContainEqual([folder, 'a']));
    expect(changes[0]).toEqual([folder, null]);
    expect(states).toEqual([]);
    await folders.set([]);
    const count = changes.length;
    writeFileSync(join(folder, 'b'), '');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(changes).toHaveLength(count);
  });

  test('go deaf under too many events until they are checked again, and then all of a folder counts as changed', async () => {
    const folder = temporaryFolder();
    const fake = fakeWatch();
    const { folders, changes, states } = makeWatched(fake.watch);
    await folders.set([folder]);
    for (let count = 0; count < 10_000; count++) fake.listeners[0]?.('change', 'a');
    expect(fake.closed()).toBe(1);
    expect(changes.length).toBeLessThan(4000);
    const count = changes.length;
    await folders.check();
    expect(fake.listeners).toHaveLength(2);
    expect(changes.slice(count)).toEqual([[folder, null]]);
    fake.listeners[1]?.('change', 'b');
    expect(changes.at(-1)).toEqual([folder, 'b']);
    expect(states).toEqual([]);
  });

  test('are watched anew after an error', async () => {
    const folder = temporaryFolder();
    const fake = fakeWatch();
    const { folders, changes } = makeWatched(fake.watch);
    await folders.set([folder]);
    fake.errors[0]?.();
    expect(changes.at(-1)).toEqual([folder, null]);
    await folders.check();
    expect(fake.listeners).toHaveLength(2);
  });

  test('that are polled tell of what comes, grows and goes, and of nothing else', async () => {
    const folder = temporaryFolder();
    const { folders, changes } = makeWatched((() => {
      throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
    }) as unknown as Watch);
    await folders.set([folder]);
    const changesAfter = async (deed: () => void) => {
      changes.length = 0;
      deed();
      for (let count = 0; count < 6; count++) await folders.check();
      return changes.length;
    };
    expect(await changesAfter(() => undefined)).toBe(0);
    expect(await changesAfter(() => writeFileSync(join(folder, 'a'), ''))).toBe(1);
    expect(await changesAfter(() => appendFileSync(join(folder, 'a'), 'x'))).toBe(1);
    expect(await changesAfter(() => writeFileSync(join(folder, 'a.part'), ''))).toBe(0);
    expect(await changesAfter(() => rmSync(join(folder, 'a')))).toBe(1);
  });

  test('may be files, or be replaced by such', async () => {
    const path = join(temporaryFolder(), 'a');
    writeFileSync(path, '');
    const { folders, states } = makeWatched();
    await folders.set([path]);
    expect(states).toEqual([{ state: 'missing' }]);
    rmSync(path);
    mkdirSync(path);
    await folders.check();
    expect(states.at(-1)).toEqual({ state: 'watched' });
  });
});
