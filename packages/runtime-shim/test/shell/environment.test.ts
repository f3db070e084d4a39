import { chmodSync, copyFileSync, mkdirSync, rmdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { shortFolder } from '../native/fixture.ts';
import { ordinaryUser } from '../native/host.ts';
import { run } from '../native/run.ts';
import { runWith, shellPlace, shImg } from './fixture.ts';
import { shells } from './shells.ts';

const bashes = shells.filter(({ program }) => program.endsWith('bash'));

const NAMES = [
  'with spaces.AppImage',
  '-e.AppImage',
  'quo\'te"s.AppImage',
  '*[a]?.AppImage',
  'line\nbreak.AppImage',
  'newline at the end\n',
  '$(touch evil)`id`.AppImage',
  'ünïcödé.AppImage',
  'a=b.AppImage',
  'back\\slash',
];

describeWith(['mksquashfs', 'dash', 'bash', 'busybox', 'mksh', 'yash', 'posh', 'zsh', 'ksh93'], 'a file called', () => {
  test.each(NAMES)('%j is started by every shell, with helper and without', async (name) => {
    for (const architectures of [['x86_64'], []]) {
      const image = await shImg('printf "%s|" "$APPIMAGE"', { name, architectures });
      const { options } = shellPlace(ordinaryUser);
      for (const shell of shells) {
        const finished = await runWith(shell, image, [], options);
        expect({ ...finished, shell: shell.name }).toMatchObject({ status: 0, stdout: `${image}|`, stderr: '' });
      }
    }
  });
});

describeWith(['mksquashfs'], 'a shImg', () => {
  test('is found as the shell was told of it: relative, by a link, on PATH', async () => {
    const image = await shImg('echo "$APPIMAGE $ARGV0"');
    const { options } = shellPlace(ordinaryUser);
    const folder = shortFolder();
    symlinkSync(image, join(folder, 'link'));
    const say = async (program: string, args: string[], more: object = {}) =>
      (await run(program, args, { ...options, ...more })).stdout;
    const base = { cwd: dirname(image) };
    const onPath = { env: { ...options.env, PATH: `/nothing::${dirname(image)}:/usr/bin:/bin` } };
    expect(await say('./test.AppImage', [], base)).toBe(`${image} ./test.AppImage\n`);
    expect(await say('sh', ['test.AppImage'], base)).toBe(`${image} test.AppImage\n`);
    expect(await say(join(folder, 'link'), [])).toBe(`${image} ${join(folder, 'link')}\n`);
    expect(await say('env', ['test.AppImage'], onPath)).toBe(`${image} ${image}\n`);
    expect(await say('bash', ['test.AppImage'], onPath)).toMatch(new RegExp(`^${image} `));
  });

  test('is not started from standard input, and says so', async () => {
    const image = await shImg('echo started');
    const { options } = shellPlace(ordinaryUser);
    expect(await run('sh', ['-c', 'exec sh < "$1"', 'sh', image], options)).toMatchObject({
      status: 127,
      stdout: '',
      stderr:
        'AppImage: cannot find the file that is running, which sh is not: start it by its name, not from standard input\n',
    });
  });

  test('is started where the working directory is gone', async () => {
    const image = await shImg('echo "[$OWD]"');
    const { options } = shellPlace(ordinaryUser);
    const folder = join(shortFolder(), 'gone');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    const { status, stdout } = await run('sh', ['-c', `cd "$1" && rmdir "$1"; exec "$2"`, 'sh', folder, image], {
      ...options,
      uid: process.getuid?.() ?? 0,
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\[.*\]\n$/);
    expect(() => rmdirSync(folder)).toThrow('ENOENT');
  });

  test('that is replaced while it starts is started as the new one is', async () => {
    const [old, image] = [await shImg('echo old', { version: '1' }), await shImg('echo new', { version: '2' })];
    const { options } = shellPlace(ordinaryUser);
    // What the shell has read is the old script; under its name there is the new file.
    const script = `cp "$1" copy; . ./copy`;
    const folder = shortFolder();
    copyFileSync(old, join(folder, 'old'));
    expect(
      await run('bash', ['-c', script, image, join(folder, 'old')], {
        ...options,
        cwd: folder,
        uid: process.getuid?.() ?? 0,
      }),
    ).toMatchObject({
      stdout: 'new\n',
    });
  });

  test('hands its environment on as it was', async () => {
    const names = ['version', 'arch', 'image_type', 'sfs_offset', 'PATH', 'IFS', 'CDPATH', 'ENV', 'POSIXLY_CORRECT'];
    const image = await shImg('exec env');
    const { options } = shellPlace(ordinaryUser);
    const env = { ...options.env, ...Object.fromEntries(names.map((name) => [name, `/mine of ${name}`])) };
    const { stdout, stderr } = await run(image, [], { ...options, env });
    expect(stderr).toBe('');
    for (const name of names.filter((each) => each !== 'IFS')) expect(stdout).toContain(`${name}=/mine of ${name}\n`);
    expect(stdout).not.toMatch(/^(TARGET_APPIMAGE|shimg_)/m);
  });

  test('is started without PATH, and without anything in the environment', async () => {
    const image = await shImg('exit 4');
    expect(await run('env', ['-i', image, 'x'])).toMatchObject({ status: 4, stderr: '' });
  });

  test.each([
    ['IFS', 'axi/_'],
    ['CDPATH', '/:/tmp'],
    ['PATH', '/nonexistent'],
    ['POSIXLY_CORRECT', '1'],
    ['ENV', '/nonexistent'],
    ['LC_ALL', 'tr_TR.UTF-8'],
    ['GZIP', '-v'],
    ['TARGET_APPIMAGE_OFFSET', '7'],
    ['shimg_user', '0'],
  ])('is started by every shell with %s=%s', async (name, value) => {
    for (const architectures of [['x86_64'], []]) {
      const image = await shImg('for each; do printf "<%s>" "$each"; done', { architectures });
      for (const shell of shells) {
        const { options } = shellPlace(ordinaryUser);
        const env = { ...options.env, [name]: value };
        const finished = await runWith(shell, image, ['a x', '*'], { ...options, env });
        expect({ ...finished, shell: shell.name }).toMatchObject({ status: 0, stdout: '<a x><*>' });
      }
    }
  });
});

describe('bash', () => {
  const evil = [
    '[',
    'cd',
    'command',
    'test',
    'printf',
    'read',
    'exec',
    'unset',
    'set',
    'uname',
    'gzip',
    'exit',
    'case',
  ];

  test.each(bashes)('takes no function from the environment that the script relies on: $name', async (shell) => {
    for (const architectures of [['x86_64'], []]) {
      const image = await shImg('exit 3', { architectures });
      const { options } = shellPlace(ordinaryUser);
      const functions = evil.map((name) => [`BASH_FUNC_${name}%%`, '() { echo evil; kill -9 $$; }']);
      const env = { ...options.env, ...Object.fromEntries(functions) };
      expect(await runWith(shell, image, [], { ...options, env })).toMatchObject({ status: 3, stdout: '' });
    }
  });

  test.each(bashes)('may have options set by SHELLOPTS: $name', async (shell) => {
    const image = await shImg('for each; do printf "<%s>" "$each"; done');
    const { options } = shellPlace(ordinaryUser);
    const env = { ...options.env, SHELLOPTS: 'noclobber:nounset:errexit:noglob:allexport' };
    expect(await runWith(shell, image, ['a  b'], { ...options, env })).toMatchObject({ status: 0, stdout: '<a  b>' });
  });
});
