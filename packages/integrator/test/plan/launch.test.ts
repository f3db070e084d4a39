import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseExec } from '@appimage-js/format';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { chooseLaunch, type LaunchTemplate } from '../../src/index.ts';
import { launchLine } from '../../src/plan/launch.ts';

function system(...files: readonly string[]): string {
  const root = temporaryFolder();
  for (const file of files) {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), '');
    chmodSync(join(root, file), 0o755);
  }
  return root;
}

describe('chooseLaunch', () => {
  test('takes the file itself where programs find their loader', () => {
    const systemRoot = system('lib64/ld-linux-x86-64.so.2');
    expect(chooseLaunch({ systemRoot, environment: {} })).toEqual({ told: [] });
  });

  test('takes what there is on NixOS, which may have a loader that only says so', () => {
    const systemRoot = system('lib64/ld-linux-x86-64.so.2', 'etc/NIXOS', 'bin/appimage-run');
    expect(chooseLaunch({ systemRoot, environment: {}, command: ['/a'] })).toEqual({ told: ['/a', 'run'] });
    const environment = { PATH: `relative:${join(systemRoot, 'bin')}` };
    expect(chooseLaunch({ systemRoot, environment })).toEqual({ told: ['appimage-run'] });
    expect(chooseLaunch({ systemRoot: system('bin/x'), environment })).toEqual({ told: ['appimage-run'] });
  });
});

describe('launchLine', () => {
  const line = (template: LaunchTemplate, changes: Partial<Parameters<typeof launchLine>[1]> = {}) =>
    parseExec(
      launchLine(template, { path: '/a/b', id: 'id', launcher: '/d/launch', command: ['/bin/appimage'], ...changes }),
    );
  const shell = ['/bin/sh', '-c', 'exec "$0" "$@"'];

  test.each<[LaunchTemplate, Partial<Parameters<typeof launchLine>[1]>, readonly string[]]>([
    [{ told: [] }, {}, ['/d/launch', 'id', '/a/b']],
    [{ told: [] }, { path: '/a b' }, ['/d/launch', 'id', '@']],
    [{ told: [] }, { path: '/a\nb' }, ['/d/launch', 'id', '/a\nb']],
    [{ told: [] }, { isTerminal: true, arguments: ['x'] }, ['/d/launch', '--terminal', 'id', '/a/b', 'x']],
    [{ told: [] }, { launcher: '/100%/launch' }, ['/bin/sh', '/100%%/launch', 'id', '/a/b']],
    [{ told: [] }, { environment: { A: 'b' } }, ['/d/launch', 'id', 'env', 'A=b', '/a/b']],
    [{ told: [] }, { environment: { A: 'b' }, path: '/c=d' }, ['/d/launch', 'id', 'env', 'A=b', ...shell, '/c=d']],
    [{ told: ['appimage-run'] }, { path: '/a b' }, ['/d/launch', 'id', 'appimage-run', '/a b']],
    ['run', {}, ['/d/launch', 'id', '/bin/appimage', 'run', '/a/b']],
    ['sandbox', {}, ['/d/launch', 'id', '/bin/appimage', 'run', '--sandbox', '/a/b']],
    ['self', { environment: { A: 'b' } }, ['env', 'A=b', '/a/b']],
    ['self', { path: '/100%' }, [...shell, '/100%%']],
    [['firejail', '--appimage'], { arguments: ['%U'] }, ['firejail', '--appimage', '/a/b', '%%U']],
  ])('makes of %j with %j the words %j', (template, changes, expected) => {
    expect(line(template, changes)).toEqual(expected);
  });
});
