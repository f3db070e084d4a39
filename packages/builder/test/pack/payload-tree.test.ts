import { chmodSync, linkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { InputDirectory, InputNode } from '@appimage-js/format';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import type { BuildOptions } from '../../src/index.ts';
import { inspect } from '../../src/inspect/inspect.ts';
import { payloadTree } from '../../src/pack/payload-tree.ts';
import { planBuild } from '../../src/plan/plan-build.ts';
import { writeFakeRuntime } from '../fake-runtime.ts';
import { makeAppDir } from '../make-tree.ts';

async function tree(prepare: (appDir: string) => void, changes: Partial<BuildOptions> = {}) {
  const folder = temporaryFolder();
  const appDir = makeAppDir(join(folder, 'app'), {
    secret: { mode: 0o600, text: 'x' },
    writable: { mode: 0o666, text: 'x' },
    tool: { mode: 0o4711, text: 'x' },
    link: { link: 'tool' },
  });
  prepare(appDir);
  const options = { appDir, arch: 'x86_64', runtimeFile: writeFakeRuntime(join(folder, 'runtime')), ...changes };
  const input = await inspect(options);
  return payloadTree(input, planBuild(input, options));
}

function at(root: InputDirectory, path: string): InputNode | undefined {
  return path.split('/').reduce<InputNode | undefined>((node, name) => {
    return node?.type === 'directory' ? node.entries.get(name) : undefined;
  }, root);
}

describe('payloadTree', () => {
  test('lets everybody read, execute what somebody may, and nobody write', async () => {
    const root = await tree(() => undefined);
    const modes = ['', 'secret', 'writable', 'tool', 'link', 'usr/bin/hello', 'AppRun'].map((path) =>
      (path === '' ? root : at(root, path))?.mode.toString(8),
    );
    expect(modes).toEqual(['755', '644', '644', '755', '777', '755', '755']);
  });

  test('has the modes of the AppDir where these are kept', async () => {
    const root = await tree((appDir) => chmodSync(join(appDir, 'usr'), 0o2711), { modes: 'keep' });
    const modes = ['secret', 'writable', 'tool', 'link', 'usr', 'AppRun'].map((path) =>
      at(root, path)?.mode.toString(8),
    );
    expect(modes).toEqual(['600', '666', '4711', '777', '2711', '755']);
  });

  test('belongs to root', async () => {
    expect(at(await tree(() => undefined), 'usr/bin/hello')).toMatchObject({ uid: 0, gid: 0 });
  });

  test('keeps hard links', async () => {
    const root = await tree((appDir) => linkSync(join(appDir, 'tool'), join(appDir, 'usr/bin/same')));
    expect(at(root, 'usr/bin/same')).toBe(at(root, 'tool'));
    expect(at(root, 'usr/bin/same')).not.toBe(at(root, 'secret'));
  });

  test('has one time, or times clamped to the epoch', async () => {
    const prepare = (appDir: string) => {
      utimesSync(join(appDir, 'tool'), 1000, 1000);
      utimesSync(join(appDir, 'secret'), 2_000_000_000, 2_000_000_000);
    };
    const times = async (sourceDateEpoch: number | undefined) => {
      const root = await tree(prepare, { sourceDateEpoch });
      return ['tool', 'secret', 'AppRun'].map((path) => at(root, path)?.mtime);
    };
    expect(await times(undefined)).toEqual([315_532_800, 315_532_800, 315_532_800]);
    expect(await times(1_600_000_000)).toEqual([1000, 1_600_000_000, 1_600_000_000]);
  });
});
