import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, findTool, temporaryFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { type AppRunOptions, appRunScript } from '../../src/app-run/app-run-script.ts';
import { parseExecCommand } from '../../src/app-run/exec-command.ts';
import { HOST_PROGRAM_SCRIPT } from '../../src/app-run/host-programs.ts';
import type { ExecEntryPoint } from '../../src/inspect/entry-point.ts';
import { makeTree, type TreeEntry } from '../make-tree.ts';

const REPORT = `#!/bin/sh
printf '%s\\n' "$APPDIR" "$PATH" "$XDG_DATA_DIRS" "$@"
exit 42
`;
const HOST_REPORT = `#!/bin/sh
echo "host $0"
env | sort
printf '[%s]\\n' "$@"
`;

const commandOf = (exec: string) => parseExecCommand(exec, { icon: 'hello', name: "It's Hello" });
const entryPoint: ExecEntryPoint = {
  kind: 'exec',
  program: { calledAs: 'usr/bin/the program', path: 'usr/lib/multi', executable: true },
  command: commandOf(`x --flag "it's" "\\$HOME" ""`),
  path: ['usr/bin', 'bin'],
  hasSharedData: true,
  hooks: { scripts: [], variables: [], needBash: false },
};

function scriptOf(changes: Partial<ExecEntryPoint> = {}, options: Partial<AppRunOptions> = {}): string {
  const whole = { ...entryPoint, ...changes };
  return appRunScript({
    entryPoint: whole,
    desktopFileName: 'hello.desktop',
    libraryFolders: [],
    workFolder: null,
    ...options,
  });
}

/** An extracted AppDir, in a path with everything that trips shells over. */
function extracted(
  folder = 'a dir "$x" \'y\' \n*',
  script: string = scriptOf(),
  entries: Record<string, TreeEntry> = {},
): string {
  return makeTree(join(temporaryFolder(), folder), {
    'usr/bin/the program': { mode: 0o755, text: REPORT },
    'usr/share': null,
    AppRun: { mode: 0o755, text: script },
    'apprun-host/appimage-host': { mode: 0o755, text: HOST_PROGRAM_SCRIPT },
    'apprun-host/xdg-open': { link: 'appimage-host' },
    ...entries,
  });
}

for (const shell of ['dash', 'bash', 'busybox', 'mksh', 'yash', 'posh', 'ksh']) {
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
      `${appDir}/usr/bin:${appDir}/bin:${appDir}/apprun-host:/usr/bin:/bin`,
      `${appDir}/usr/share:/mine`,
    ]);
  });

  test('has defaults where the variables are empty', async () => {
    const appDir = extracted('plain');
    const { stdout } = await run(join(appDir, 'AppRun'), [], { PATH: '' });
    expect(stdout.split('\n').slice(1, 3)).toEqual([
      `${appDir}/usr/bin:${appDir}/bin:${appDir}/apprun-host:/usr/local/bin:/usr/bin:/bin`,
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

  describe('puts files where Exec has their place', () => {
    test.each<[string, string[], string[]]>([
      ['x', ['a b', 'c'], ['a b', 'c']],
      ['x --open %F --end', ['a b', 'c'], ['--open', 'a b', 'c', '--end']],
      ['x %u', [], []],
      ['x %f --end', ['a', 'b'], ['a', 'b', '--end']],
      ['x --file=%f', ['a b', 'c'], ['--file=a b', 'c']],
      ['x --file=%u --end', [], ['--end']],
      ['x --file=%f', ['--help'], ['--help']],
      ['x --file=%f', ['--file=a'], ['--file=a']],
      ['x at:%f', ['at:a'], ['at:a']],
      ['x at:%f:end', ['a'], ['at:a:end']],
      ['x %%f 100%% %m %d', ['a'], ['%f', '100%', 'a']],
      ['x %i -- %c', [], ['--icon', 'hello', '--', "It's Hello"]],
      ['x "a  b" \'c\nd\' $HOME', [], ['a  b', 'c', 'd', '$HOME']],
    ])('%j started with %j', async (exec, args, expected) => {
      const appDir = extracted('plain', scriptOf({ command: commandOf(exec) }));
      const { stdout, stderr } = await run(join(appDir, 'AppRun'), args);
      expect({ args: stdout.split('\n').slice(3), stderr }).toEqual({ args: expected, stderr: '' });
    });

    test('and the desktop entry where it is', async () => {
      const appDir = extracted('a b', scriptOf({ command: commandOf('x --from=%k') }));
      const { stdout } = await run(join(appDir, 'AppRun'), []);
      expect(stdout.split('\n').slice(3)).toEqual([`--from=${appDir}/hello.desktop`]);
    });

    test.each<[string, string[], string[]]>([
      ['x --new "a b" %F', ['--new', 'a b', 'file'], ['--new', 'a b', 'file']],
      ['x --new %F --end', ['--new', 'file', '--end'], ['--new', 'file', '--end']],
      ['x --new --other %F', ['--new', 'file'], ['--new', '--other', '--new', 'file']],
    ])('and the arguments of %j once where the menu entry brings them', async (exec, args, expected) => {
      const appDir = extracted('plain', scriptOf({ command: commandOf(exec) }));
      const { stdout } = await run(join(appDir, 'AppRun'), args);
      expect(stdout.split('\n').slice(3)).toEqual(expected);
    });
  });

  test('reads the hooks in order, with APPDIR set, before the program', async () => {
    const hooks = { scripts: ['apprun-hooks/1 a.sh', 'apprun-hooks/2.sh'], variables: ['HELLO'], needBash: false };
    const appDir = extracted('a b', scriptOf({ hooks }), {
      'apprun-hooks/1 a.sh': 'export HELLO="$APPDIR/first"\n',
      'apprun-hooks/2.sh': 'HELLO="$HELLO second"\n',
      'usr/bin/the program': { mode: 0o755, text: '#!/bin/sh\necho "$HELLO" "$APPIMAGE_ORIGINAL_HELLO" "$@"\n' },
    });
    const { stdout } = await run(join(appDir, 'AppRun'), ['x'], { HELLO: 'mine' });
    expect(stdout).toBe(`${appDir}/first second mine --flag it's $HOME  x`);
  });

  test('starts the program also where a hook fails after another one that demanded that failures end the shell', async () => {
    const hooks = { scripts: ['apprun-hooks/a', 'apprun-hooks/b', 'apprun-hooks/c'], variables: [], needBash: false };
    const appDir = extracted('a b', scriptOf({ hooks, command: commandOf('x') }, { workFolder: 'usr' }), {
      'apprun-hooks/a': 'set -eu\nexport FROM_A=a\n',
      'apprun-hooks/b': 'false\nexport FROM_B="b$NOT_SET"\nreturn 3\n',
      'apprun-hooks/c': 'export FROM_C=c\nfalse\n',
      'usr/bin/the program': { mode: 0o755, text: '#!/bin/sh\necho "$FROM_A$FROM_B$FROM_C" "$@"\nexit 42\n' },
    });
    const { stdout, stderr, exitCode } = await run(join(appDir, 'AppRun'), ['x']);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: 'abc x', stderr: '', exitCode: 42 });
  });

  test('gives programs of the host the environment back, which the application does not have', async () => {
    const host = makeTree(join(temporaryFolder(), 'host bin'), { 'xdg-open': { mode: 0o755, text: HOST_REPORT } });
    const hooks = { scripts: ['apprun-hooks/x'], variables: ['GDK_BACKEND', 'GTK_PATH'], needBash: false };
    const appDir = extracted('a b', scriptOf({ hooks }, { libraryFolders: ['usr/lib'] }), {
      'apprun-hooks/x': 'export GDK_BACKEND=x11 GTK_PATH="$APPDIR/gtk"\n',
      'usr/bin/the program': {
        mode: 0o755,
        text: '#!/bin/sh\necho "$LD_LIBRARY_PATH:$GDK_BACKEND:$GTK_PATH"\nxdg-open "a  b" c\n',
      },
    });
    const PATH = `${host}:/usr/bin:/bin`;
    const own = {
      GDK_BACKEND: "way 'land' $x",
      APPIMAGE: '/x.AppImage',
      APPIMAGE_ARGV0: 'x',
      ARGV0: 'x',
      OWD: '/',
      HOME: '/x.AppImage.home',
      REAL_HOME: '/home/me',
      XDG_CONFIG_HOME: '/x.AppImage.config',
    };
    const { stdout, stderr } = await run(join(appDir, 'AppRun'), [], { PATH, ...own });
    const [inside, ...outside] = stdout.split('\n');
    expect({ inside, stderr }).toEqual({ inside: `${appDir}/usr/lib:x11:${appDir}/gtk`, stderr: '' });
    const notOfShells = (line: string) => !/^(?:_|PWD|OLDPWD|SHLVL|KSH_VERSION|PPID|A__z)=/.test(line);
    expect(outside.filter(notOfShells)).toEqual([
      `host ${host}/xdg-open`,
      "GDK_BACKEND=way 'land' $x",
      'HOME=/home/me',
      `PATH=${PATH}`,
      '[a  b]',
      '[c]',
    ]);
  });

  test('starts any program of the host by appimage-host, and says where there is none', async () => {
    const appDir = extracted('a b', undefined, {
      'usr/bin/the program': {
        mode: 0o755,
        text: '#!/bin/sh\nappimage-host sh -c \'echo "$PATH" "$1"; exit 7\' - "a b"\necho $?\nappimage-host no-such-program\necho $?\nappimage-host\necho $?\n',
      },
    });
    const { stdout, stderr } = await run(join(appDir, 'AppRun'), []);
    expect(stdout.split('\n')).toEqual(['/usr/bin:/bin a b', '7', '127', '2']);
    expect(stderr).toMatch(/no-such-program[\s\S]*Usage: appimage-host/);
  });

  test('finds the host again where the application has forgotten what was kept', async () => {
    const host = makeTree(join(temporaryFolder(), 'host'), { 'xdg-open': { mode: 0o755, text: HOST_REPORT } });
    const forget = 'unset APPIMAGE_CHANGED APPIMAGE_ORIGINAL_PATH APPIMAGE_ORIGINAL_XDG_DATA_DIRS';
    const appDir = extracted('a b', undefined, {
      'usr/bin/the program': { mode: 0o755, text: `#!/bin/sh\n${forget}\nexec xdg-open\n` },
    });
    const { stdout } = await run(join(appDir, 'AppRun'), [], { PATH: `${host}:/usr/bin:/bin` });
    expect(stdout).toContain(`host ${host}/xdg-open\n`);
    expect(stdout).toContain(`PATH=${appDir}/usr/bin:${appDir}/bin:${host}:/usr/bin:/bin\n`);
  });

  test('begins with what the user had where another AppImage started it', async () => {
    const inner = extracted('inner');
    const outer = extracted('outer', undefined, {
      'usr/bin/the program': { mode: 0o755, text: `#!/bin/sh\nexec '${join(inner, 'AppRun')}'\n` },
    });
    const { stdout } = await run(join(outer, 'AppRun'), []);
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      inner,
      `${inner}/usr/bin:${inner}/bin:${inner}/apprun-host:/usr/bin:/bin`,
      `${inner}/usr/share:/usr/local/share:/usr/share`,
    ]);
  });

  test('starts in a folder of the AppDir where it must, with files still found', async () => {
    const folder = makeTree(temporaryFolder(), { 'my file': 'x' });
    const appDir = extracted('a b', scriptOf({ command: commandOf('x') }, { workFolder: 'usr' }), {
      'usr/bin/the program': { mode: 0o755, text: '#!/bin/sh\nprintf "%s\\n" "$PWD" "$OWD" "$@"\n' },
    });
    const { stdout } = await run(join(appDir, 'AppRun'), ['my file', 'none', '-x', '/usr'], {}, folder);
    expect(stdout.split('\n')).toEqual([`${appDir}/usr`, folder, `${folder}/my file`, 'none', '-x', '/usr']);
  });
}

describe('appRunScript', () => {
  test('is run by the kernel, too', async () => {
    const appDir = extracted();
    const { exitCode } = await execa(join(appDir, 'AppRun'), ['x'], { reject: false });
    expect(exitCode).toBe(42);
  });

  test('runs a command of the host by its name', () => {
    const script = scriptOf({ program: { command: 'env' }, command: commandOf('env A=b hello') });
    expect(script).toContain('\n  set -- A=b hello "$@"\n');
    expect(script).toContain('\nexec env "$@"\n');
  });

  test('leaves variables alone that it has nothing to add to', () => {
    expect(scriptOf({ path: [], hasSharedData: false })).not.toMatch(/XDG_DATA_DIRS|LD_LIBRARY_PATH/);
  });

  test('is for bash where a hook is', () => {
    const hooks = { scripts: ['apprun-hooks/x'], variables: [], needBash: true };
    expect(scriptOf({ hooks })).toMatch(/^#!\/usr\/bin\/env bash\n/);
  });

  test('keeps a file name with a newline within its comment', () => {
    expect(scriptOf({}, { desktopFileName: 'a\nrm -rf x.desktop' })).toContain(
      '# Starts the application as a?rm -rf x.desktop says.\n',
    );
  });
});
