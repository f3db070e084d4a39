import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { expect, onTestFinished, test } from 'vitest';
import { appImage, type Place, placeOfUser, shortFolder } from './fixture.ts';
import { isRoot, ordinaryUser } from './host.ts';
import { run, start, succeed } from './run.ts';

const uid = ordinaryUser;
const viaCache = ['--appimage-extract-and-run'];

async function mountTmpfs(folder: string, options: string): Promise<void> {
  await succeed('mount', ['-t', 'tmpfs', '-o', `uid=${uid},mode=700,${options}`, 'none', folder]);
  onTestFinished(async () => void (await run('umount', ['-l', folder])));
}

function ownFolder(path: string, mode = 0o700, owner = uid): string {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
  if (isRoot) chownSync(path, owner, owner);
  return path;
}

/** Where the application says that it is, without its key. */
async function whereItRuns(image: string, env: Place['env']): Promise<string> {
  const { status, stdout, stderr } = await run(image, viaCache, { uid, env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return dirname(stdout.trim());
}

describeWith(['mksquashfs', 'root'], 'the extraction cache finds another place', () => {
  test('when programs may not be run from the first (noexec)', async () => {
    const image = await appImage('echo "$APPDIR"');
    const { env, home, tmp } = placeOfUser();
    await mountTmpfs(home, 'noexec');
    expect(await whereItRuns(image, env)).toBe(join(tmp, `appimage-${uid}`));
    expect(readdirSync(join(home, '.cache/appimage'))).toEqual([]);
  });

  test('when the first is full, and leaves nothing half made there', async () => {
    const image = await appImage('echo "$APPDIR"', { big: randomBytes(4_000_000) });
    const { env, home, tmp } = placeOfUser();
    await mountTmpfs(home, 'size=1m');
    expect(await whereItRuns(image, env)).toBe(join(tmp, `appimage-${uid}`));
    expect(readdirSync(join(home, '.cache/appimage'))).toEqual([]);
  });

  test('when the home folder is read-only', async () => {
    const image = await appImage('echo "$APPDIR"');
    const { env, home, tmp } = placeOfUser();
    await mountTmpfs(home, 'size=1m');
    await succeed('mount', ['-o', 'remount,ro', home]);
    expect(await whereItRuns(image, env)).toBe(join(tmp, `appimage-${uid}`));
  });

  test('when there is no HOME, an empty, a relative or a missing one', async () => {
    const image = await appImage('echo "$APPDIR"');
    const { tmp } = placeOfUser();
    for (const home of [{}, { HOME: '' }, { HOME: 'relative' }, { HOME: '/no/such/folder' }, { HOME: '/dev/null' }])
      expect(await whereItRuns(image, { ...home, TMPDIR: tmp })).toBe(join(tmp, `appimage-${uid}`));
  });

  test('XDG_CACHE_HOME before HOME before XDG_RUNTIME_DIR before TMPDIR', async () => {
    const image = await appImage('echo "$APPDIR"');
    const { home, tmp } = placeOfUser();
    const xdgCache = ownFolder(join(home, 'xdg-cache'));
    const xdgRuntime = ownFolder(join(home, 'xdg-runtime'));
    const env = { TMPDIR: tmp, XDG_RUNTIME_DIR: xdgRuntime };
    expect(await whereItRuns(image, { ...env, XDG_CACHE_HOME: xdgCache, HOME: home })).toBe(join(xdgCache, 'appimage'));
    expect(await whereItRuns(image, { ...env, HOME: home })).toBe(join(home, '.cache/appimage'));
    expect(await whereItRuns(image, env)).toBe(join(xdgRuntime, 'appimage'));
    expect(await whereItRuns(image, { TMPDIR: tmp })).toBe(join(tmp, `appimage-${uid}`));
  });

  test('a base directory that is still missing is made, for its owner only', async () => {
    const image = await appImage('echo "$APPDIR"');
    const { home, tmp } = placeOfUser();
    expect(await whereItRuns(image, { HOME: home, TMPDIR: tmp })).toBe(join(home, '.cache/appimage'));
    expect(await succeed('stat', ['-c', '%a %u', join(home, '.cache')])).toBe(`700 ${uid}\n`);
    // One for everybody is not ours to make.
    const env = { TMPDIR: join(tmp, 'missing'), XDG_CACHE_HOME: join(home, 'new') };
    expect(await whereItRuns(image, env)).toBe(join(home, 'new/appimage'));
    expect(existsSync(join(tmp, 'missing'))).toBe(false);
  });
});

/**
 * Runs a shell script as the ordinary user where the folder is at /mnt, and nobody else has anything in the shared folders for
 * temporary files.
 */
function apart(folder: string, script: string, env: Place['env']): ReturnType<typeof run> {
  chmodSync(folder, 0o755);
  const prelude = `
    mount --bind "$1" /mnt
    for shared in /tmp /var/tmp; do mount -t tmpfs -o mode=1777 none $shared; done
    cd /mnt
    exec setpriv --reuid ${uid} --regid ${uid} --clear-groups /bin/sh -c "$2"`;
  return run('unshare', ['--mount', '/bin/sh', '-c', prelude, 'sh', folder, script], { env });
}

describeWith(['mksquashfs', 'root'], 'in a folder that everybody can write to, the extraction cache', () => {
  const stranger = 12345;

  test.each([
    ['made by somebody else', (name: string) => ownFolder(name, 0o777, stranger)],
    ['a link to a folder of theirs', (name: string) => symlinkSync('../elsewhere', name)],
    ['a link to a folder of ours', (name: string) => symlinkSync('../ours', name)],
    ['a file', (name: string) => writeFileSync(name, '')],
    ['ours, but others can write to it', (name: string) => ownFolder(name, 0o770)],
  ])('does not use a name that is foreseen: %s', async (_, prepare) => {
    const folder = shortFolder();
    await appImage('echo "$APPDIR"', {}, { folder, name: 'image' });
    const shared = ownFolder(join(folder, 'shared'), 0o1777, 0);
    const others = [ownFolder(join(folder, 'elsewhere'), 0o777, stranger), ownFolder(join(folder, 'ours'))];
    prepare(join(shared, `appimage-${uid}`));
    const { status, stdout, stderr } = await apart(folder, './image --appimage-extract-and-run', {
      TMPDIR: '/mnt/shared',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(dirname(stdout)).toBe(`/tmp/appimage-${uid}`);
    for (const other of others) expect(readdirSync(other)).toEqual([]);
  });

  test('says why each place is of no use, and how to help, when none is left', async () => {
    const image = await appImage('echo started');
    const script = `
      mount -t tmpfs none /mnt
      cp "$0" /mnt/image
      for folder in /tmp /var/tmp; do mount -t tmpfs -o mode=1777,noexec none $folder; done
      exec setpriv --reuid ${uid} --regid ${uid} --clear-groups /mnt/image --appimage-extract-and-run`;
    const { status, stdout, stderr } = await run('unshare', ['--mount', '/bin/sh', '-c', script, image]);
    expect({ status, stdout }).toEqual({ status: 127, stdout: '' });
    for (const folder of ['/tmp', '/var/tmp'])
      expect(stderr).toContain(`extract: ${folder}/appimage-${uid}: programs may not be run from there (noexec)\n`);
    expect(stderr).toContain('XDG_CACHE_HOME');
  });
});

describeWith(['mksquashfs'], 'the extraction cache', () => {
  test.each(['777', '277', '137', '000'])('works under the umask %s', async (umask) => {
    const image = await appImage('umask; cat "$APPDIR/usr/data"', { 'usr/data': ' data' });
    const { env, home } = placeOfUser();
    const script = `umask ${umask}; exec "$0" --appimage-extract-and-run`;
    const { stdout, stderr } = await run('/bin/sh', ['-c', script, image], { uid, env });
    expect({ stdout, stderr }).toEqual({ stdout: `0${umask}\n data`, stderr: '' });
    expect(await succeed('stat', ['-c', '%a', join(home, '.cache/appimage')])).toBe('700\n');
  });

  test('tells a file that is larger than a process may write, and hands the limit on', async () => {
    const image = await appImage('echo started', { big: randomBytes(100_000) });
    const { env, home } = placeOfUser();
    const script = 'ulimit -f 8; exec "$0" --appimage-extract-and-run';
    const { status, signal, stderr } = await run('/bin/sh', ['-c', script, image], { uid, env });
    expect({ status, signal }).toEqual({ status: 127, signal: null });
    expect(stderr).toContain('/big: File too large');
    expect(stderr).toContain('"ulimit -f unlimited"');
    expect(readdirSync(join(home, '.cache/appimage')).filter((name) => !name.endsWith('.seen'))).toEqual([]);
    const small = await appImage('exec grep SigIgn /proc/self/status');
    const expected = await succeed('grep', ['SigIgn', '/proc/self/status']);
    const limited = await run('/bin/sh', ['-c', script, small], { uid, env });
    expect(limited).toMatchObject({ status: 0, stdout: expected, stderr: '' });
  });

  test('twenty first starts at once, of two files, one of which is killed, extract one whole tree', async () => {
    const image = await appImage('cksum < "$APPDIR/big"', { big: randomBytes(8_000_000) });
    const copy = join(shortFolder(), 'copy.AppImage');
    await succeed('cp', [image, copy]);
    const { env, home } = placeOfUser();
    const first = start(image, viaCache, { uid, env });
    const rest = Promise.all(Array.from({ length: 20 }, (_, i) => run(i % 2 ? image : copy, viaCache, { uid, env })));
    await new Promise((resolve) => setTimeout(resolve, 30));
    first.kill('SIGKILL');
    const results = await rest;
    for (const { status, stderr } of results) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1);
    expect(readdirSync(join(home, '.cache/appimage')).filter((name) => !/\.(lock|seen)$/.test(name))).toHaveLength(1);
  });
});

describeWith(['mksquashfs', 'root'], '--appimage-cache-clean', () => {
  const env = { HOME: '/mnt/home', TMPDIR: '/mnt/shared' };
  function prepared(): string {
    const folder = shortFolder();
    ownFolder(join(folder, 'home'));
    ownFolder(join(folder, 'shared'), 0o1777, 0);
    return folder;
  }

  test('removes what has been extracted, wherever the cache is, and nothing else', async () => {
    const folder = prepared();
    for (const name of ['one', 'two']) await appImage(`echo ${name}`, {}, { folder, name });
    const foreign = ['helper-0123456789abcdef0123456789abcdef', 'notes', 'ab'.repeat(19)];
    const script = `
      for name in one two; do ./$name --appimage-extract-and-run; done
      env -u HOME ./one --appimage-extract-and-run
      cd home/.cache/appimage; touch ${foreign.join(' ')}; cd /mnt
      ./one --appimage-cache-clean
      ./one --appimage-cache-clean
      ls home/.cache/appimage shared
      ./two --appimage-extract-and-run`;
    const { status, stdout, stderr } = await apart(folder, script, env);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      ...['one', 'two', 'one'],
      '/mnt/home/.cache/appimage: 2 removed',
      `/mnt/shared/appimage-${uid}: 1 removed`,
      'nothing to remove',
      'home/.cache/appimage:',
      ...foreign.sort(),
      '',
      'shared:',
      ...['two', ''],
    ]);
  });

  test('leaves what is running, and says so', async () => {
    const folder = prepared();
    await appImage('echo ready; read go; cat "$APPDIR/late"', { late: 'still there\n' }, { folder, name: 'image' });
    const script = `
      cd shared; mkfifo go told
      ../image --appimage-extract-and-run < go > told &
      exec 3> go 4< told
      read line <&4; echo "$line"
      ../image --appimage-cache-clean 2>&1
      echo go >&3
      cat <&4
      wait
      ../image --appimage-cache-clean`;
    const { status, stdout } = await apart(folder, script, env);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout:
        'ready\nnothing to remove\nAppImage: 1 extracted images are in use and stay\nstill there\n' +
        '/mnt/home/.cache/appimage: 1 removed\n',
    });
  });

  test('follows no link and touches no folder of somebody else', async () => {
    const folder = prepared();
    await appImage('echo x', {}, { folder, name: 'image' });
    const elsewhere = ownFolder(join(folder, 'elsewhere', 'ab'.repeat(20)));
    ownFolder(join(folder, 'home/.cache'));
    symlinkSync('../../elsewhere', join(folder, 'home/.cache/appimage'));
    const theirs = ownFolder(join(folder, `shared/appimage-${uid}`), 0o777, 12345);
    mkdirSync(join(theirs, 'cd'.repeat(20)));
    expect(await apart(folder, './image --appimage-cache-clean', env)).toMatchObject({ stdout: 'nothing to remove\n' });
    expect(existsSync(elsewhere)).toBe(true);
    expect(readdirSync(theirs)).toEqual(['cd'.repeat(20)]);
  });
});
