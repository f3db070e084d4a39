import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describeWith, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { shortFolder } from '../native/fixture.ts';
import { eventually, ordinaryUser } from '../native/host.ts';
import { finish, firstLine, run, start, succeed } from '../native/run.ts';
import { programs, shellPlace, shImg } from './fixture.ts';

const none = { architectures: [] };

/** A root directory that has the shells and programs of busybox, and those that are named. */
async function inBareRoot(image: string, args: readonly string[], tools: readonly string[] = []) {
  const root = shortFolder();
  for (const folder of ['bin', 'tmp', 'proc', 'dev', 'usr/bin']) mkdirSync(join(root, folder), { recursive: true });
  await succeed('cp', ['/bin/busybox', join(root, 'bin/busybox')]);
  await succeed('chroot', [root, '/bin/busybox', '--install', '-s', '/bin']);
  await succeed('cp', [image, join(root, 'x.AppImage')]);
  for (const tool of tools) {
    await succeed('sh', [
      '-c',
      'printf "#!/bin/sh\\n%s\\n" "$2" >"$1"; chmod 755 "$1"',
      'sh',
      join(root, 'bin', tool),
      'exit 1',
    ]);
  }
  return run('chroot', [root, '/x.AppImage', ...args], { env: { HOME: '/' } });
}

describeWith(['mksquashfs', 'unsquashfs'], 'without a helper', () => {
  test.each([[['x86_64']], [[]]])(
    'it is unpacked where there is no FUSE, with helpers for %j',
    async (architectures) => {
      const image = await shImg('', {
        architectures,
        more: { 'usr/share/data': 'data', 'usr/bin/tool': '#!/bin/sh\n' },
      });
      const { options, home } = shellPlace(ordinaryUser);
      const to = join(home, 'to');
      const env = { ...options.env, PATH: '/usr/bin:/bin' };
      expect(await run(image, ['--appimage-extract', '--to', to], { ...options, env })).toMatchObject({ status: 0 });
      expect(readFileSync(join(to, 'usr/share/data'), 'utf8')).toBe('data');
      expect(statSync(join(to, 'usr/bin/tool')).mode & 0o777).toBe(0o755);
      expect(await run(image, ['--appimage-extract', 'usr/bin/*'], { ...options, cwd: home })).toMatchObject({
        status: 0,
      });
      expect(readdirSync(join(home, 'squashfs-root/usr'))).toEqual(['bin']);
    },
  );

  test('it is not unpacked through a link that nobody has typed', async () => {
    const image = await shImg('', none);
    const { options, home } = shellPlace(ordinaryUser);
    symlinkSync('/tmp', join(home, 'squashfs-root'));
    expect(await run(image, ['--appimage-extract'], { ...options, cwd: home })).toMatchObject({
      status: 1,
      stderr: 'AppImage: cannot extract to squashfs-root: it is a symbolic link\n',
    });
  });

  test('the application gets what the helper would give it', async () => {
    const script =
      'printf "%s\\n" "$APPIMAGE" "$ARGV0" "$OWD" "$HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME"; pwd; echo "$APPIMAGE_ARGV0 $REAL_HOME $REAL_XDG_CACHE_HOME"; [ -d "$APPDIR" ]';
    const [with_, without] = [await shImg(script), await shImg(script, none)];
    const outputs = [];
    for (const image of [with_, without]) {
      for (const suffix of ['home', 'config', 'cache']) {
        mkdirSync(`${image}.${suffix}`);
        chownSync(`${image}.${suffix}`, ordinaryUser, ordinaryUser);
      }
      const { options, home } = shellPlace(ordinaryUser);
      const { status, stdout } = await run(image, [], { ...options, cwd: '/usr' });
      outputs.push({ status, stdout: stdout.replaceAll(image, 'IMAGE').replaceAll(home, 'HOME') });
    }
    expect(outputs[0]).toEqual({
      status: 0,
      stdout: 'IMAGE\nIMAGE\n/usr\nIMAGE.home\nIMAGE.config\nIMAGE.cache\n/usr\nIMAGE HOME HOME/.cache\n',
    });
    expect(outputs[1]).toEqual(outputs[0]);
  });

  test('the process that was started becomes the application, which has no child and no descriptor of ours', async () => {
    const script = 'echo $$; for child in $(cat /proc/$$/task/$$/children); do echo one; done; ls /proc/$$/fd';
    const image = await shImg(script, none);
    const { options } = shellPlace(ordinaryUser);
    const { pid, stdout } = await run(image, [], options);
    const [own, ...rest] = stdout.trim().split('\n');
    expect(Number(own)).toBe(pid);
    // The one is the subshell that reads the list.
    const plain = join(shortFolder(), 'plain');
    writeFileSync(plain, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    expect(rest).toEqual((await run(plain, [], options)).stdout.trim().split('\n').slice(1));
    expect(rest[0]).toBe('one');
    expect(rest[1]).not.toBe('one');
  });

  test.each(['mount', 'extract'])('what is left of a killed one goes: %s', async (way) => {
    const image = await shImg('echo ready; exec sleep 60', none);
    const { options, run: folder, tmp } = shellPlace(ordinaryUser);
    const env = { ...options.env, APPIMAGE_EXTRACT_AND_RUN: way === 'extract' ? '1' : '' };
    const child = start(image, [], { ...options, env });
    expect(await firstLine(child)).toBe('ready');
    expect([...readdirSync(folder), ...readdirSync(tmp)]).toEqual([expect.stringMatching(/^\.appimage-/)]);
    child.kill('SIGKILL');
    expect(await finish(child)).toMatchObject({ signal: 'SIGKILL' });
    await eventually('nothing is left', () => [...readdirSync(tmp), ...readdirSync(folder)].length === 0);
  });

  test('a mount ends where something has cleaned up around it meanwhile', async () => {
    const image = await shImg('rm "${APPDIR%/*}/messages"', none);
    const { options, run: folder, tmp } = shellPlace(ordinaryUser);
    expect(await run(image, [], options)).toMatchObject({ status: 0, stderr: '' });
    await eventually('nothing is left', () => [...readdirSync(tmp), ...readdirSync(folder)].length === 0);
  });

  test.each(['mount', 'extract'])('a process that outlives it keeps its files: %s', async (way) => {
    const image = await shImg('cd "$APPDIR"; (sleep 3; cat "$APPDIR/data") & exit 6', {
      ...none,
      more: { data: 'kept' },
    });
    const { options, run: folder, tmp } = shellPlace(ordinaryUser);
    const env = { ...options.env, APPIMAGE_EXTRACT_AND_RUN: way === 'extract' ? '1' : '' };
    expect(await run(image, [], { ...options, env })).toMatchObject({ status: 6, stdout: 'kept' });
    await eventually('nothing is left', () => [...readdirSync(tmp), ...readdirSync(folder)].length === 0);
  });

  test('a mount is shown and ended by a signal', async () => {
    const image = await shImg('', { ...none, more: { data: 'data' } });
    const { options, run: folder, tmp } = shellPlace(ordinaryUser);
    const child = start(image, ['--appimage-mount'], options);
    const point = await firstLine(child);
    expect((await run('cat', [join(point, 'data')], options)).stdout).toBe('data');
    child.kill('SIGTERM');
    expect(await finish(child)).toMatchObject({ status: 0 });
    await eventually('nothing is left', () => [...readdirSync(tmp), ...readdirSync(folder)].length === 0);
  });

  test('an option of the application’s own is handed on after --', async () => {
    const image = await shImg('for each; do printf "<%s>" "$each"; done', none);
    const { options } = shellPlace(ordinaryUser);
    const say = async (...args: string[]) => (await run(image, args, options)).stdout;
    expect(await say('--', '--appimage-help')).toBe('<--appimage-help>');
    expect(await say('--', 'x')).toBe('<--><x>');
    expect(await say('x', '--appimage-help')).toBe('<x><--appimage-help>');
  });

  test.each([
    ['nonsense', 'APPIMAGE_MOUNT is "nonsense": expected auto, root, fusermount, userns, extract or keep'],
    [
      'userns',
      'cannot mount by APPIMAGE_MOUNT=userns, which only the helper can\n  helper: the file has none for this machine',
    ],
  ])('APPIMAGE_MOUNT=%s is refused', async (way, message) => {
    const image = await shImg('', none);
    const { options } = shellPlace(ordinaryUser);
    const finished = await run(image, [], { ...options, env: { ...options.env, APPIMAGE_MOUNT: way } });
    expect(finished).toMatchObject({ status: 127, stderr: expect.stringContaining(`AppImage: ${message}`) });
  });

  testWith(['root', 'busybox'], 'it says which packages would help where there is nothing', async () => {
    const image = await shImg('', none);
    const { status, stderr } = await inBareRoot(image, []);
    expect(status).toBe(127);
    expect(stderr.split('\n')).toEqual([
      'AppImage: cannot run /x.AppImage: it can be neither mounted nor extracted here',
      '  helper: the file has none for this machine (x86_64), and for no other',
      '  host: none of squashfuse (of the package squashfuse), unsquashfs (of squashfs-tools) is installed',
      'AppImage: what may help: install one of these',
      '',
    ]);
  });

  test.each(['mount', 'extract'])('any umask will do: %s', async (way) => {
    const image = await shImg('umask', none);
    const { options, run: folder, tmp } = shellPlace(ordinaryUser);
    const env = { ...options.env, APPIMAGE_EXTRACT_AND_RUN: way === 'extract' ? '1' : '' };
    const started = await run('sh', ['-c', 'umask 0777; exec "$1"', 'sh', image], { ...options, env });
    expect(started).toMatchObject({ status: 0, stdout: '0777\n', stderr: '' });
    await eventually('nothing is left', () => [...readdirSync(tmp), ...readdirSync(folder)].length === 0);
  });

  testWith(['root', 'busybox'], 'it says what a program of the host could not do', async () => {
    const image = await shImg('', none);
    const { status, stderr } = await inBareRoot(image, [], ['unsquashfs']);
    expect(status).toBe(127);
    expect(stderr).toMatch(/^ {2}unsquashfs: it has failed$/m);
  });

  test('the doctor tells what there is', async () => {
    const image = await shImg('', none);
    const { options } = shellPlace(ordinaryUser);
    const { status, stdout } = await run(image, ['--appimage-doctor'], options);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^unsquashfs {2}yes: \/usr\/bin\/unsquashfs$/m);
  });

  test('a portable folder is made', async () => {
    const image = await shImg('', none);
    expect(await run(image, ['--appimage-portable-home'])).toMatchObject({ status: 0, stdout: '' });
    expect(statSync(`${image}.home`).mode & 0o777).toBe(0o700);
  });
});

describe('a DwarFS image', () => {
  const dwarfs = 'DWARFS and so on';

  test('is mounted by the host’s dwarfs, with its offset', async () => {
    const tools = programs({
      dwarfs: 'printf "%s\\n" "$@" >&2; cp -R "$FAKE_TREE/." "$2"',
    });
    const tree = programs({ AppRun: 'echo "$1"; exit 8' });
    const image = await shImg('', { dwarfs });
    const { options } = shellPlace(ordinaryUser);
    const env = { ...options.env, PATH: `${tools}:/usr/bin:/bin`, FAKE_TREE: tree };
    expect(await run(image, ['argument'], { ...options, env })).toMatchObject({ status: 8, stdout: 'argument\n' });
  });

  test('is unpacked by the host’s dwarfsextract where it cannot be mounted', async () => {
    const tools = programs({
      dwarfs: 'exit 1',
      dwarfsextract:
        'printf "%s\\n" "$@" >"$FAKE_LOG"; while [ "$1" != -o ]; do shift; done; cp -R "$FAKE_TREE/." "$2"',
    });
    const tree = programs({ AppRun: 'exit 8' });
    const image = await shImg('', { dwarfs });
    const { options, home } = shellPlace(ordinaryUser);
    const env = { ...options.env, PATH: `${tools}:/usr/bin:/bin`, FAKE_TREE: tree, FAKE_LOG: join(home, 'log') };
    expect(await run(image, [], { ...options, env })).toMatchObject({ status: 8 });
    const offset = (await run(image, ['--appimage-offset'])).stdout.trim();
    expect(readFileSync(join(home, 'log'), 'utf8')).toContain(`-i\n${image}\n-O\n${offset}\n-o\n`);
  });

  test('is not run without them, and the message names them', async () => {
    const image = await shImg('', { dwarfs });
    const { options } = shellPlace(ordinaryUser);
    const { status, stderr } = await run(image, [], options);
    expect(status).toBe(127);
    expect(stderr).toContain('none of dwarfs, dwarfsextract (of DwarFS, https://github.com/mhx/dwarfs) is installed');
    expect(existsSync('/usr/bin/dwarfs')).toBe(false);
  });
});
