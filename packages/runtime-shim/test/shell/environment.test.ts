import { chmodSync, mkdirSync, rmdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeWith, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { shortFolder } from '../native/fixture.ts';
import { ordinaryUser } from '../native/host.ts';
import { run } from '../native/run.ts';
import { runWith, shellPlace, shImg } from './fixture.ts';
import { type Shell, shells } from './shells.ts';

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

describeWith(['mksquashfs'], 'a file called', () => {
  const startEach = async (name: string, by: readonly Shell[]) => {
    for (const architectures of [['x86_64'], []]) {
      const image = await shImg('printf "%s|" "$APPIMAGE"', { name, architectures });
      const { options } = shellPlace(ordinaryUser);
      for (const shell of by) {
        const finished = await runWith(shell, image, [], options);
        expect({ ...finished, shell: shell.name }).toMatchObject({ status: 0, stdout: `${image}|`, stderr: '' });
      }
    }
  };

  test.each(NAMES)('%j is started, with helper and without', async (name) => {
    await startEach(name, shells.slice(0, 1));
  });

  // In the locale C, yash takes no other names than those of ASCII.
  testWith(
    shells.map(({ needs }) => needs),
    'all of these is started by every shell',
    async () => {
      await startEach(`-e *[a]? quo'te" line\nbreak $(touch evil)\`id\` a=b \\n\n`, shells);
    },
  );
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
        'AppImage: cannot find the file that is running: sh is not it, or its first lines have been changed; start it by its name, not from standard input\n',
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
    // What the shell reads is the old script; under the name that it was given there is the new file.
    const replaced = () => run('dash', ['-c', '. "$1"', image, old], options);
    expect(await replaced()).toMatchObject({ status: 0, stdout: 'new\n' });
    chmodSync(image, 0o644);
    expect(await replaced()).toMatchObject({ status: 0, stdout: 'new\n', stderr: '' });
  });

  test('hands its environment on as it was', async () => {
    const names = ['version', 'arch', 'image_type', 'sfs_offset', 'PATH', 'IFS', 'CDPATH', 'ENV', 'POSIXLY_CORRECT'];
    const image = await shImg('exec /usr/bin/env');
    const { options } = shellPlace(ordinaryUser);
    const env = { ...options.env, ...Object.fromEntries(names.map((name) => [name, `/mine of ${name}`])) };
    const { stdout, stderr } = await run(image, [], { ...options, env });
    expect(stderr).toBe('');
    for (const name of names.filter((each) => each !== 'IFS')) expect(stdout).toContain(`${name}=/mine of ${name}\n`);
    expect(stdout).not.toMatch(/^(TARGET_APPIMAGE|shimg_)/m);
  });

  test('is started without PATH, and without anything in the environment', async () => {
    const image = await shImg('exit 4');
    const { tmp } = shellPlace();
    expect(await run('env', ['-i', `TMPDIR=${tmp}`, image, 'x'])).toMatchObject({ status: 4, stderr: '' });
  });

  describe('with an environment that is against it', () => {
    const env = {
      IFS: 'axi/_',
      CDPATH: '/:/tmp',
      PATH: '/nonexistent',
      POSIXLY_CORRECT: '1',
      ENV: '/nonexistent',
      LC_ALL: 'tr_TR.UTF-8',
      GZIP: '-v',
      ARCH: 'sparc',
      MNTDIR: '/nonexistent',
      TARGET_APPIMAGE_OFFSET: '7',
      TARGET_APPIMAGE_ARGV0: 'x',
      shimg_user: '0',
    };

    for (const shell of shells) {
      testWith([shell.needs], `is started by ${shell.name}`, async () => {
        for (const architectures of [['x86_64'], []]) {
          const image = await shImg('printf "<%s>" "$ARGV0" "$@"', { architectures });
          const { options } = shellPlace(ordinaryUser);
          const finished = await runWith(shell, image, ['a x', '*'], { ...options, env: { ...options.env, ...env } });
          expect(finished).toMatchObject({ status: 0, stdout: `<${image}><a x><*>` });
        }
      });
    }
  });
});

describe('bash', () => {
  const ordinary = ['cd', 'command', 'test', 'printf', 'read', 'uname', 'gzip', 'shimg_main'];
  /** With such functions, bash --posix does not even look at the script. */
  const special = ['[', 'exec', 'unset', 'set', 'exit', 'export', 'trap', 'case', ':'];

  test.each(bashes)('takes no function from the environment that the script relies on: $name', async (shell) => {
    for (const architectures of [['x86_64'], []]) {
      const image = await shImg('exit 3', { architectures });
      const { options } = shellPlace(ordinaryUser);
      const evil = shell.args.includes('--posix') ? ordinary : [...ordinary, ...special];
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
