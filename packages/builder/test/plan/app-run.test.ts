import { chmodSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, findTool, temporaryFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import type { ExecEntryPoint } from '../../src/inspect/entry-point.ts';
import { appRunScript } from '../../src/plan/app-run.ts';
import { makeTree } from '../make-tree.ts';

const REPORT = `#!/bin/sh
printf '%s\\n' "$APPDIR" "$PATH" "$XDG_DATA_DIRS" "$@"
exit 42
`;

const entryPoint: ExecEntryPoint = {
  kind: 'exec',
  program: { calledAs: 'usr/bin/the program', path: 'usr/lib/multi', executable: true },
  arguments: ['--flag', "it's", '$HOME', ''],
  path: ['usr/bin', 'bin'],
  hasSharedData: true,
};

/** An extracted AppDir, in a path with everything that trips shells over. */
function extracted(folder = 'a dir "$x" \'y\' \n*'): string {
  const appDir = makeTree(join(temporaryFolder(), folder), {
    'usr/bin/the program': { mode: 0o755, text: REPORT },
    'usr/share': null,
  });
  writeFileSync(join(appDir, 'AppRun'), appRunScript(entryPoint, 'hello.desktop'));
  chmodSync(join(appDir, 'AppRun'), 0o755);
  return appDir;
}

for (const shell of ['dash', 'bash', 'busybox']) {
  describeWith([shell], `the AppRun under ${shell}`, () => appRunUnder(shell, shell === 'busybox' ? ['sh'] : []));
}

function appRunUnder(shell: string, prefix: readonly string[]): void {
  const run = (script: string, args: readonly string[], env: Record<string, string> = {}, cwd = '/') =>
    execa(findTool(shell) ?? shell, [...prefix, script, ...args], {
      reject: false,
      extendEnv: false,
      env: { PATH: '/usr/bin:/bin', ...env },
      cwd,
    });

  test('starts the program with its arguments, those of the caller after them, and its exit status', async () => {
    const appDir = extracted();
    const { stdout, stderr, exitCode } = await run(join(appDir, 'AppRun'), ['one', 'two words', '$y', '']);
    expect(stderr).toBe('');
    expect(stdout.slice(appDir.length).split('\n').slice(-8)).toEqual([
      '--flag',
      "it's",
      '$HOME',
      '',
      'one',
      'two words',
      '$y',
      '',
    ]);
    expect(stdout.startsWith(`${appDir}\n`)).toBe(true);
    expect(exitCode).toBe(42);
  });

  test('puts the directories of the AppDir first and keeps the others', async () => {
    const appDir = extracted('plain');
    const { stdout } = await run(join(appDir, 'AppRun'), [], { XDG_DATA_DIRS: '/mine' });
    expect(stdout.split('\n').slice(1, 3)).toEqual([
      `${appDir}/usr/bin:${appDir}/bin:/usr/bin:/bin`,
      `${appDir}/usr/share:/mine`,
    ]);
  });

  test('has defaults where the variables are empty', async () => {
    const appDir = extracted('plain');
    const { stdout } = await run(join(appDir, 'AppRun'), [], { PATH: '' });
    expect(stdout.split('\n').slice(1, 3)).toEqual([
      `${appDir}/usr/bin:${appDir}/bin:/usr/local/bin:/usr/bin:/bin`,
      `${appDir}/usr/share:/usr/local/share:/usr/share`,
    ]);
  });

  test('finds itself from its own directory, by a symlink, and in a path that ends with a newline', async () => {
    const appDir = extracted('plain');
    const first = async (script: string, cwd?: string) => (await run(script, [], {}, cwd)).stdout.split('\n')[0];
    expect(await first('AppRun', appDir)).toBe(appDir);
    expect(await first('./AppRun', appDir)).toBe(appDir);
    symlinkSync(join(appDir, 'AppRun'), join(appDir, '../link'));
    expect(await first(join(appDir, '../link'))).toBe(appDir);
    renameSync(appDir, `${appDir}\n`);
    const { stdout } = await run(join(`${appDir}\n`, 'AppRun'), []);
    expect(stdout.startsWith(`${appDir}\n\n`)).toBe(true);
  });

  test('believes APPDIR only where it is its own', async () => {
    const appDir = extracted('plain');
    const own = await run(join(appDir, 'AppRun'), [], { APPDIR: appDir });
    const other = await run(join(appDir, 'AppRun'), [], { APPDIR: '/some/other/image' });
    expect([own, other].map(({ stdout }) => stdout.split('\n')[0])).toEqual([appDir, appDir]);
  });
}

describe('appRunScript', () => {
  test('is run by the kernel, too', async () => {
    const appDir = extracted();
    const { exitCode } = await execa(join(appDir, 'AppRun'), ['x'], { reject: false });
    expect(exitCode).toBe(42);
  });

  test('runs a command of the host by its name', () => {
    const script = appRunScript(
      { ...entryPoint, program: { command: 'env' }, arguments: ['A=b', 'hello'] },
      'x.desktop',
    );
    expect(script).toContain('\nexec env A=b hello "$@"\n');
  });

  test('leaves variables alone that it has nothing to add to', () => {
    const script = appRunScript({ ...entryPoint, path: [], hasSharedData: false }, 'x.desktop');
    expect(script).not.toMatch(/export PATH|XDG/);
  });

  test('keeps a file name with a newline within its comment', () => {
    expect(appRunScript(entryPoint, 'a\nrm -rf x.desktop')).toContain(
      '# Starts the application as a?rm -rf x.desktop says.\n',
    );
  });
});
