import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appImage, placeOfUser, runtime, shortFolder, writeTree } from './fixture.ts';
import { eventually, ordinaryUser } from './host.ts';
import { finish, firstLine, run, start } from './run.ts';

const TELL = 'printf "%s\\n" "$APPDIR" "$APPIMAGE" "$HOME" "$*"; env | grep ^TARGET_';

/** A folder of contents whose AppRun tells where it is. */
function contents(script = TELL): string {
  const folder = join(shortFolder(), 'contents');
  mkdirSync(folder);
  writeTree(folder, { AppRun: `#!/bin/sh\n${script}\n` });
  return folder;
}

describe('contents that are given', () => {
  test('are used as they are, for the file that they are of', async () => {
    const file = join(shortFolder(), 'any.AppImage');
    writeFileSync(file, 'a kind that this runtime does not know');
    mkdirSync(`${file}.home`, { mode: 0o700 });
    const folder = contents();
    const env = {
      TARGET_APPIMAGE: file,
      TARGET_APPIMAGE_OFFSET: '7',
      TARGET_APPIMAGE_CONTENTS: folder,
      HOME: '/nowhere',
    };
    const { status, stdout, stderr } = await run(runtime, ['two words', '-x'], { env });
    // grep has found nothing.
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toBe(`${folder}\n${file}\n${file}.home\ntwo words -x\n`);
  });

  test.each(['/nowhere/at/all', '/dev/null'])('are refused where they are no folder: %s', async (folder) => {
    const env = { TARGET_APPIMAGE: await appImage('exit 0'), TARGET_APPIMAGE_CONTENTS: folder };
    const { status, stderr } = await run(runtime, [], { env });
    expect(status).toBe(127);
    expect(stderr).toContain(`cannot use TARGET_APPIMAGE_CONTENTS ${folder}`);
  });

  test('mean nothing where no target is given', async () => {
    const place = placeOfUser();
    const image = await appImage('echo "$APPDIR"');
    const folder = contents();
    const { status, stdout } = await run(image, [], {
      env: { ...place.env, TARGET_APPIMAGE_CONTENTS: folder },
      uid: ordinaryUser,
    });
    expect(status).toBe(0);
    expect(stdout).not.toContain(folder);
  });

  test('are locked until the application begins, so that nobody removes them meanwhile', async () => {
    const folder = contents('flock --nonblock --exclusive "$APPDIR.lock" echo free');
    writeFileSync(`${folder}.lock`, '');
    const holder = start('flock', ['--exclusive', `${folder}.lock`, 'sh', '-c', 'echo locked; read line']);
    expect(await firstLine(holder)).toBe('locked');
    const env = { TARGET_APPIMAGE: await appImage('exit 0'), TARGET_APPIMAGE_CONTENTS: folder };
    const waiting = start(runtime, [], { env });
    await eventually('the runtime waits for the lock', () => {
      return new RegExp(`-> FLOCK +ADVISORY +READ +${waiting.pid} `).test(readFileSync('/proc/locks', 'utf8'));
    });
    holder.stdin.end('\n');
    expect(await finish(waiting)).toMatchObject({ status: 0, stdout: 'free\n', stderr: '' });
  });
});

describe('a program that is given', () => {
  test('is started instead, with the folder of the contents in its arguments, once', async () => {
    const place = placeOfUser();
    const file = await appImage('exit 1');
    const script = 'printf "%s\\n" "$@"; ls "$2"; echo "$APPIMAGE"; exit 42';
    const env = { ...place.env, TARGET_APPIMAGE: file, TARGET_APPIMAGE_PROGRAM: '/bin/sh' };
    const args = ['-c', script, 'sh', '--bind', '@APPDIR@', '@APPDIR@/AppRun'];
    const { status, stdout, stderr } = await run(runtime, args, { env, uid: ordinaryUser });
    const [option, folder, untouched, ...rest] = stdout.trimEnd().split('\n');
    expect({ status, stderr, option, untouched }).toEqual({
      status: 42,
      stderr: '',
      option: '--bind',
      untouched: '@APPDIR@/AppRun',
    });
    expect(folder).toMatch(/^\/.*\/(\.mount_|appimage\/)/);
    expect(rest).toEqual(['AppRun', file]);
  });

  test('can be one that runs the entry point', async () => {
    const folder = contents('echo "$*"; exit 3');
    const env = { TARGET_APPIMAGE: folder, TARGET_APPIMAGE_PROGRAM: '/bin/sh' };
    const { status, stdout } = await run(runtime, ['@APPDIR@/AppRun', 'an argument'], { env });
    expect({ status, stdout }).toEqual({ status: 3, stdout: 'an argument\n' });
  });

  test('that can not be run is told by its name', async () => {
    const env = { TARGET_APPIMAGE: contents(), TARGET_APPIMAGE_PROGRAM: '/nowhere/bwrap' };
    const { status, stderr } = await run(runtime, [], { env });
    expect({ status, stderr }).toEqual({ status: 127, stderr: expect.stringContaining('cannot run /nowhere/bwrap') });
  });

  test('is not for the file of variables to say', async () => {
    const file = await appImage('echo "the application"');
    writeFileSync(`${file}.env`, 'TARGET_APPIMAGE_PROGRAM=/bin/false\nTARGET_APPIMAGE_CONTENTS=/\n');
    const { stdout, stderr } = await run(runtime, [], { env: { ...placeOfUser().env, TARGET_APPIMAGE: file } });
    expect(stdout).toBe('the application\n');
    expect(stderr).toContain('line 1 is not used: what is started is not for this file to say');
    expect(stderr).toContain('line 2 is not used');
  });
});

describe('--appimage-cache-clean', () => {
  test('removes what is named, and nothing else', async () => {
    const place = placeOfUser();
    const options = { env: { ...place.env, APPIMAGE_EXTRACT_AND_RUN: '1' }, uid: ordinaryUser };
    const [first, second] = [await appImage('echo "$APPDIR"'), await appImage('echo "$APPDIR"; exit 0')];
    const folders = [await run(first, [], options), await run(second, [], options)].map(({ stdout }) => stdout.trim());
    const [one = '', other = ''] = folders;
    const key = one.slice(dirname(one).length + 1);
    const { status, stdout } = await run(first, ['--appimage-cache-clean', key], options);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${dirname(one)}: 1 removed\n` });
    expect([existsSync(one), existsSync(other)]).toEqual([false, true]);
    expect(readdirSync(dirname(one)).filter((name) => name.endsWith('.seen'))).toHaveLength(2);
  });
});
