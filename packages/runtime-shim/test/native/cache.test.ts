import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describeWith, testWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, place, placeOfUser, shortFolder } from './fixture.ts';
import { eventually, ordinaryUser } from './host.ts';
import { finish, firstLine, run, start, succeed } from './run.ts';

const uid = ordinaryUser;

/** What a cache folder holds, without the notes on files that were hashed. */
function contents(cache: string): string[] {
  return readdirSync(cache)
    .filter((name) => !name.endsWith('.seen'))
    .sort();
}

/** The unpacked images in a cache folder. */
function trees(cache: string): string[] {
  return contents(cache).filter((name) => !name.includes('.'));
}

describeWith(['mksquashfs'], 'the extraction cache', () => {
  test('is filled once and used again, and is for its owner only', async () => {
    const image = await appImage('echo "$APPDIR"; stat -c %i "$APPDIR/AppRun"');
    const { env, home } = placeOfUser();
    const first = await run(image, ['--appimage-extract-and-run'], { uid, env });
    const second = await run(image, [], { uid, env: { ...env, APPIMAGE_EXTRACT_AND_RUN: '1' } });
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(second.stdout).toBe(first.stdout);
    expect(statSync(join(home, '.cache/appimage')).mode & 0o777).toBe(0o700);
  });

  test('APPIMAGE_EXTRACT_AND_RUN=0 and an empty one do not use it', async () => {
    const image = await appImage('case $APPDIR in *.mount_*) echo mounted;; esac');
    for (const value of ['0', '']) {
      const { env } = placeOfUser();
      expect((await run(image, [], { env: { ...env, APPIMAGE_EXTRACT_AND_RUN: value } })).stdout).toBe('mounted\n');
    }
  });

  test('a file that has been written to is extracted anew', async () => {
    const image = await appImage('echo old');
    const { env } = placeOfUser();
    expect((await run(image, ['--appimage-extract-and-run'], { uid, env })).stdout).toBe('old\n');
    const other = await appImage('echo new');
    writeFileSync(image, readFileSync(other));
    expect((await run(image, ['--appimage-extract-and-run'], { uid, env })).stdout).toBe('new\n');
  });

  test('what an interrupted start has left is made anew', async () => {
    const image = await appImage('cat "$APPDIR/inside"', { inside: 'whole' });
    const { env, home } = placeOfUser();
    const cache = join(home, '.cache/appimage');
    await run(image, ['--appimage-extract-and-run'], { uid, env });
    const [key] = trees(cache);
    await succeed('mv', [join(cache, `${key}`), join(cache, `${key}.partial`)]);
    writeFileSync(join(cache, `${key}.partial/inside`), 'half');
    expect((await run(image, ['--appimage-extract-and-run'], { uid, env })).stdout).toBe('whole');
    expect(contents(cache)).toEqual([`${key}`, `${key}.lock`]);
  });

  test('ten first starts at once extract it once', async () => {
    const image = await appImage('stat -c %i "$APPDIR/AppRun"', { big: Buffer.alloc(5_000_000, 'text ') });
    const { env, home } = placeOfUser();
    const starts = Array.from({ length: 10 }, () => run(image, ['--appimage-extract-and-run'], { uid, env }));
    const results = await Promise.all(starts);
    for (const { status, stderr } of results) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1);
    expect(trees(join(home, '.cache/appimage'))).toHaveLength(1);
  });

  test('knows an image by its content: a copy, a new name and a new time extract nothing', async () => {
    const image = await appImage('stat -c %i "$APPDIR/AppRun"');
    const { env, home } = placeOfUser();
    const first = await run(image, ['--appimage-extract-and-run'], { uid, env });
    const copy = join(shortFolder(), 'renamed.AppImage');
    await succeed('cp', [image, copy]);
    utimesSync(image, 1, 1);
    for (const file of [image, copy])
      expect((await run(file, ['--appimage-extract-and-run'], { uid, env })).stdout).toBe(first.stdout);
    expect(trees(join(home, '.cache/appimage'))).toHaveLength(1);
  });

  test('tells two images apart that differ in one byte of a block, although sizes and tables are equal', async () => {
    const noise = randomBytes(1_000_000);
    const changed = Buffer.from(noise);
    changed[500_000] = (changed[500_000] ?? 0) ^ 1;
    const { env, home } = placeOfUser();
    const read = async (content: Buffer) => {
      const image = await appImage('cksum < "$APPDIR/noise"', { noise: content });
      return (await run(image, ['--appimage-extract-and-run'], { uid, env })).stdout;
    };
    expect(await read(noise)).not.toBe(await read(changed));
    expect(trees(join(home, '.cache/appimage'))).toHaveLength(2);
  });

  test('hashes a file again that was written to in place', async () => {
    const image = await appImage('echo old');
    const other = await appImage('echo new');
    const { env } = placeOfUser();
    expect((await run(image, ['--appimage-extract-and-run'], { uid, env })).stdout).toBe('old\n');
    await succeed('cp', ['--no-preserve=all', other, image]);
    expect((await run(image, ['--appimage-extract-and-run'], { uid, env })).stdout).toBe('new\n');
  });

  test('forgets, when it extracts, what has not been started for 30 days and is not running', async () => {
    const [old, running, recent] = [
      await appImage('echo old'),
      await appImage('echo running; read go'),
      await appImage('echo recent'),
    ];
    const { env, home } = placeOfUser();
    const cache = join(home, '.cache/appimage');
    const folders = () => trees(cache);
    await run(old, ['--appimage-extract-and-run'], { uid, env });
    const child = start(running, ['--appimage-extract-and-run'], { uid, env });
    expect(await firstLine(child)).toBe('running');
    expect(folders()).toHaveLength(2);
    const before = Date.now() / 1000 - 31 * 86400;
    for (const name of readdirSync(cache)) utimesSync(join(cache, name), before, before);
    await run(recent, ['--appimage-extract-and-run'], { uid, env });
    expect(folders()).toHaveLength(2);
    expect(contents(cache)).toHaveLength(4);
    expect(readdirSync(cache)).toHaveLength(5); // and of the notes only that on the file that was just started
    child.stdin.end('go\n');
    expect(await finish(child)).toMatchObject({ status: 0, stderr: '' });
    // A start is a use: what runs now is not forgotten by the next extraction.
    await run(running, ['--appimage-extract-and-run'], { uid, env, input: 'go\n' });
    await run(old, ['--appimage-extract-and-run'], { uid, env });
    expect(folders()).toHaveLength(3);
  });

  test.each([
    ['the entry point is gone', 'rm -f "$0/AppRun"'],
    ['the entry point is another one', 'chmod u+w "$0/AppRun"; echo "exit 3" >> "$0/AppRun"'],
    ['it is a symbolic link', 'mv "$0" "$0.away"; ln -s "$0.away" "$0"'],
    ['it is a file', 'rm -rf "$0"; touch "$0"'],
  ])('extracts anew when %s', async (_, damage) => {
    const image = await appImage('echo whole');
    const { env, home } = placeOfUser();
    const cache = join(home, '.cache/appimage');
    await run(image, ['--appimage-extract-and-run'], { uid, env });
    const [key] = trees(cache);
    await succeed('/bin/sh', ['-c', `chmod u+w "$0"; ${damage}`, join(cache, `${key}`)], { uid });
    const again = await run(image, ['--appimage-extract-and-run'], { uid, env });
    expect(again).toMatchObject({ status: 0, stdout: 'whole\n', stderr: '' });
    expect(lstatSync(join(cache, `${key}`)).isDirectory()).toBe(true);
  });

  test('names the folder to remove when what is in it cannot be started', async () => {
    const image = await appImage('exit 0');
    const { env, home } = placeOfUser();
    const cache = join(home, '.cache/appimage');
    await run(image, ['--appimage-extract-and-run'], { uid, env });
    const [key] = trees(cache);
    chmodSync(join(cache, `${key}/AppRun`), 0o444);
    const { status, stderr } = await run(image, ['--appimage-extract-and-run'], { uid, env });
    expect(status).toBe(126);
    expect(stderr).toContain('AppRun: it is not executable');
    expect(stderr).toContain(`rm -r '${join(cache, `${key}`)}'`);
  });

  test('the application cannot write to what has been extracted', async () => {
    const image = await appImage('touch "$APPDIR/new" "$APPDIR/usr/new"; echo x >> "$APPDIR/usr/data"', {
      'usr/data': 'data',
    });
    const { env } = placeOfUser();
    const { status, stderr } = await run(image, ['--appimage-extract-and-run'], { uid, env });
    expect(status).not.toBe(0);
    expect(stderr.match(/Permission denied/g)).toHaveLength(3);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s while extracting leaves nothing half made',
    async (signal) => {
      const image = await appImage('echo started', { big: randomBytes(200 << 20) }, { mksquashfs: ['-noD'] });
      const { env, home } = placeOfUser();
      const cache = join(home, '.cache/appimage');
      const child = start(image, ['--appimage-extract-and-run'], { uid, env });
      const finished = finish(child);
      await eventually('it has begun', () => {
        return existsSync(cache) && readdirSync(cache).some((name) => name.endsWith('.partial'));
      });
      child.kill(signal);
      expect(await finished).toMatchObject({ signal, stdout: '' });
      expect(contents(cache)).toEqual([]);
    },
  );

  test('removes what other interrupted starts have left', async () => {
    const image = await appImage('exit 0');
    const { env, home } = placeOfUser();
    const cache = join(home, '.cache/appimage');
    const other = 'ab'.repeat(20);
    await succeed('mkdir', ['-p', join(cache, `${other}.partial/inside`)], { uid });
    await succeed('touch', [join(cache, `${other}.lock`)], { uid });
    expect(await run(image, ['--appimage-extract-and-run'], { uid, env })).toMatchObject({ status: 0 });
    expect(existsSync(join(cache, `${other}.partial`))).toBe(false);
  });

  testWith(['strace'], 'takes no tree away from a start that is about to run what is in it', async () => {
    const image = await appImage('echo "$0"');
    const { env, home } = placeOfUser();
    const cache = join(home, '.cache/appimage');
    await run(image, ['--appimage-extract-and-run'], { uid, env });
    const log = join(home, 'log');
    const held = ['-o', log, '-e', 'trace=flock,execve', '-e', 'inject=execve:delay_enter=4000000:when=1+'];
    const starting = run('strace', [...held, image, '--appimage-extract-and-run'], { uid, env });
    await eventually('it has found the tree', () => existsSync(log) && readFileSync(log, 'utf8').includes('flock('));
    expect((await run(image, ['--appimage-cache-clean'], { uid, env })).stderr).toContain(
      'extracted images are in use and stay',
    );
    const { status, stdout } = await starting;
    expect({ status, stdout: stdout.startsWith(cache) }).toEqual({ status: 0, stdout: true });
    expect((await run(image, ['--appimage-cache-clean'], { uid, env })).stdout).toContain('1 removed');
  });

  testWith(['root'], 'root makes nothing in the home folder of another user', async () => {
    const image = await appImage('echo "$APPDIR"');
    const { home } = placeOfUser();
    const { tmp } = place();
    const env = { HOME: home, TMPDIR: tmp };
    const { stdout } = await run(image, ['--appimage-extract-and-run'], { env });
    expect(stdout.startsWith(join(tmp, 'appimage-0/'))).toBe(true);
    expect(readdirSync(home)).toEqual([]);
  });

  testWith(['root'], 'a folder of somebody else, or one that others can write to, is not used', async () => {
    const image = await appImage('echo "$APPDIR"');
    const { env, home, tmp } = placeOfUser();
    mkdirSync(join(home, '.cache/appimage'), { recursive: true });
    const ofRoot = await run(image, ['--appimage-extract-and-run'], { uid, env });
    expect(ofRoot.stdout.startsWith(join(tmp, `appimage-${uid}`))).toBe(true);

    const open = placeOfUser();
    await succeed('mkdir', ['-p', join(open.home, '.cache/appimage')], { uid });
    await succeed('chmod', ['777', join(open.home, '.cache/appimage')], { uid });
    const ofAll = await run(image, ['--appimage-extract-and-run'], { uid, env: open.env });
    expect(ofAll.stdout.startsWith(join(open.tmp, `appimage-${uid}`))).toBe(true);

    const linked = placeOfUser();
    const elsewhere = placeOfUser();
    await succeed('mkdir', [join(linked.home, '.cache')], { uid });
    await succeed('ln', ['-s', elsewhere.home, join(linked.home, '.cache/appimage')], { uid });
    const ofLink = await run(image, ['--appimage-extract-and-run'], { uid, env: linked.env });
    expect(ofLink.stdout.startsWith(join(linked.tmp, `appimage-${uid}`))).toBe(true);
  });
});
