import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, testWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, placeOfUser, shortFolder } from './fixture.ts';
import { ordinaryUser } from './host.ts';
import { run } from './run.ts';

const uid = ordinaryUser;

/** What lies beside an AppImage belongs to whoever starts it. */
function beside(path: string, content: string, mode = 0o644): void {
  writeFileSync(path, content);
  chmodSync(path, mode);
  if (process.getuid?.() === 0) chownSync(path, uid, uid);
}

function folderBeside(path: string): void {
  mkdirSync(path);
  if (process.getuid?.() === 0) chownSync(path, uid, uid);
}

function show(...names: string[]): string {
  return names.map((name) => `printf '%s=<%s>\\n' ${name} "\${${name}-unset}"`).join('\n');
}

describeWith(['mksquashfs'], 'portable folders beside the file', () => {
  const kinds = [
    ['home', 'HOME'],
    ['config', 'XDG_CONFIG_HOME'],
    ['share', 'XDG_DATA_HOME'],
    ['cache', 'XDG_CACHE_HOME'],
  ] as const;

  test.each(kinds)('.%s becomes %s, and REAL_%s keeps what that was', async (suffix, variable) => {
    const image = await appImage(show(variable, `REAL_${variable}`));
    const { env } = placeOfUser();
    const start = (more = {}) =>
      run(image, [], { uid, env: { ...env, APPIMAGE_MOUNT: 'extract', [variable]: '/some', ...more } });
    // Where the cache is does not follow it: the folder is for the application.
    folderBeside(`${image}.${suffix}`);
    expect(await start()).toMatchObject({
      stdout: `${variable}=<${image}.${suffix}>\nREAL_${variable}=</some>\n`,
      stderr: '',
    });
    expect((await start({ [`REAL_${variable}`]: '/outer' })).stdout).toContain(`REAL_${variable}=</outer>`);
  });

  test('is not there: nothing is set', async () => {
    const image = await appImage(show('REAL_HOME', 'XDG_DATA_HOME', 'REAL_XDG_DATA_HOME'));
    const { stdout } = await run(image, [], { uid, env: placeOfUser().env });
    expect(stdout).toBe('REAL_HOME=<unset>\nXDG_DATA_HOME=<unset>\nREAL_XDG_DATA_HOME=<unset>\n');
  });

  test('count by the name of the file itself, not by that of a link to it', async () => {
    const image = await appImage(show('HOME', 'APPIMAGE', 'ARGV0'));
    const link = join(shortFolder(), 'link');
    symlinkSync(image, link);
    for (const path of [image, link]) folderBeside(`${path}.home`);
    const { stdout } = await run(link, [], { uid, env: placeOfUser().env });
    expect(stdout).toBe(`HOME=<${image}.home>\nAPPIMAGE=<${image}>\nARGV0=<${link}>\n`);
  });

  test('count of a file that an update has replaced, or that was removed, since it was started', async () => {
    const image = await appImage(show('HOME', 'APPIMAGE'));
    folderBeside(`${image}.home`);
    const script = 'exec 9< "$0"; mv "$1" "$0" 2> /dev/null || rm -f "$0"; exec /proc/self/fd/9';
    const { env } = placeOfUser();
    if (process.getuid?.() === 0) chownSync(join(image, '..'), uid, uid);
    for (const newer of [await appImage('exit 1', {}, { folder: join(image, '..'), name: 'newer' }), '/no/such/file']) {
      const kept = await run('cp', [image, `${image}.copy`]);
      expect(kept.status).toBe(0);
      expect(await run('/bin/sh', ['-c', script, image, newer], { uid, env })).toMatchObject({
        stdout: `HOME=<${image}.home>\nAPPIMAGE=<${image}>\n`,
        stderr: '',
      });
      await run('mv', [`${image}.copy`, image]);
    }
  });

  testWith(['root'], 'of somebody else are not used, and told', async () => {
    const image = await appImage(show('HOME'));
    const { env, home } = placeOfUser();
    mkdirSync(`${image}.home`);
    chownSync(`${image}.home`, 12345, 12345);
    chmodSync(`${image}.home`, 0o777);
    expect(await run(image, [], { uid, env })).toMatchObject({
      stdout: `HOME=<${home}>\n`,
      stderr: `AppImage: ${image}.home is not used: it belongs to somebody else\n`,
    });
  });
});

describeWith(['mksquashfs'], 'variables in the .env file beside the file', () => {
  const text = [
    '# a comment',
    '',
    'PLAIN=some text  ',
    '  INDENTED =no name',
    'COMMENTED=value # and no more',
    'HASH=a#b',
    'EMPTY=',
    'SINGLE=\'  $HOME `id` "x"  \' # kept',
    'DOUBLE="a # b \\n \'c\'"',
    'export EXPORTED=yes',
    'unset GIVEN',
    'unset ARGV0 # which zsh would take for its own',
    'TWICE=1',
    'TWICE=2',
    'WINDOWS=line\r',
    'UMLAUT=größe',
    '=nothing',
    '1DIGIT=x',
    'OPEN="never closed',
    'AFTER="x" y',
    'unset two names',
    'words without meaning',
    'LD_PRELOAD=/tmp/evil.so',
    'LAST=without newline',
  ].join('\n');

  const names = ['PLAIN', 'COMMENTED', 'HASH', 'EMPTY', 'SINGLE', 'DOUBLE', 'EXPORTED', 'GIVEN', 'ARGV0'];
  const moreNames = ['APPIMAGE_ARGV0', 'TWICE', 'WINDOWS', 'UMLAUT', 'OPEN', 'AFTER', 'LD_PRELOAD', 'LAST'];

  test('are set as they are written, and lines that are wrong are told and passed over', async () => {
    const image = await appImage(show(...names, ...moreNames));
    beside(`${image}.env`, text);
    const { env } = placeOfUser();
    const { status, stdout, stderr } = await run(image, [], {
      uid,
      env: { ...env, GIVEN: 'x', TWICE: '0' },
      argv0: 'typed',
    });
    expect(status).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'PLAIN=<some text>',
      'COMMENTED=<value>',
      'HASH=<a#b>',
      'EMPTY=<>',
      'SINGLE=<  $HOME `id` "x"  >',
      "DOUBLE=<a # b \\n 'c'>",
      'EXPORTED=<yes>',
      'GIVEN=<unset>',
      'ARGV0=<unset>',
      'APPIMAGE_ARGV0=<typed>',
      'TWICE=<2>',
      'WINDOWS=<line>',
      'UMLAUT=<größe>',
      'OPEN=<unset>',
      'AFTER=<unset>',
      'LD_PRELOAD=<unset>',
      'LAST=<without newline>',
      '',
    ]);
    const told = stderr.match(/line \d+/g)?.map((line) => Number(line.slice(5)));
    expect(told).toEqual([4, 17, 18, 19, 20, 21, 22, 23]);
  });

  test('hold for the runtime too, and the application’s options come after', async () => {
    const image = await appImage('case $APPDIR in */from-file/*) echo extracted there;; esac');
    const { env, home } = placeOfUser();
    folderBeside(join(home, 'from-file'));
    beside(`${image}.env`, `APPIMAGE_MOUNT=extract\nXDG_CACHE_HOME=${join(home, 'from-file')}\n`);
    expect(await run(image, [], { uid, env })).toMatchObject({ stdout: 'extracted there\n', stderr: '' });
    expect((await run(image, ['--appimage-cache-clean'], { uid, env })).stdout).toContain(
      'from-file/appimage: 1 removed',
    );
  });

  test('cannot say which file is started', async () => {
    const image = await appImage('echo right');
    beside(`${image}.env`, `TARGET_APPIMAGE=${await appImage('echo wrong')}\n`);
    expect((await run(image, [], { uid, env: placeOfUser().env })).stdout).toBe('right\n');
  });

  test.each([
    ['more than 64 KiB', 'A=1\n'.repeat(20_000), 'it has more than 65536 bytes'],
    ['a zero', 'A=1\0\n', 'it is no text'],
  ])('are not used when the file has %s', async (_, content, why) => {
    const image = await appImage(show('A'));
    beside(`${image}.env`, content);
    expect(await run(image, [], { uid, env: placeOfUser().env })).toMatchObject({
      status: 0,
      stdout: 'A=<unset>\n',
      stderr: `AppImage: ${image}.env is not used: ${why}\n`,
    });
  });

  test.each([0o666, 0o620])('are not used when others can write to the file: mode %o', async (mode) => {
    const image = await appImage(show('A'));
    beside(`${image}.env`, 'A=1\n', mode);
    const { stdout, stderr } = await run(image, [], { uid, env: placeOfUser().env });
    expect(stdout).toBe('A=<unset>\n');
    expect(stderr).toContain('others can write to it; chmod go-w mends that');
  });

  testWith(['root'], 'are not used when the file is somebody else’s, a folder, a pipe or unreadable', async () => {
    const { env } = placeOfUser();
    const image = await appImage(show('A'));
    beside(`${image}.env`, 'A=1\n');
    chownSync(`${image}.env`, 12345, 12345);
    expect((await run(image, [], { uid, env })).stderr).toContain('.env is not used: it belongs to somebody else');
    beside(`${image}.env`, 'A=1\n', 0o600);
    chownSync(`${image}.env`, 0, 0);
    expect((await run(image, [], { uid, env })).stderr).toContain('.env is not used: Permission denied');
    for (const command of [['mkdir'], ['mkfifo']]) {
      const other = await appImage(show('A'));
      await run(command[0] ?? '', [`${other}.env`]);
      expect(await run(other, [], { uid, env })).toMatchObject({
        stdout: 'A=<unset>\n',
        stderr: `AppImage: ${other}.env is not used: it is no regular file\n`,
      });
    }
  });

  test('any bytes are no crash', async () => {
    const image = await appImage('exit 0');
    const { env } = placeOfUser();
    let seed = 1;
    const alphabet = 'A="\'# \t\n=unsetexport\\$\xff';
    for (let round = 0; round < 40; round++) {
      let bytes = '';
      for (let i = 0; i < 300; i++) {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        bytes += alphabet[(seed >> 8) % alphabet.length];
      }
      beside(`${image}.env`, bytes);
      expect(await run(image, [], { uid, env })).toMatchObject({ status: 0, signal: null });
    }
  });
});
