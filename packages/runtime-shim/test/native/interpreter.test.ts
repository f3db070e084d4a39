import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, findTool, sharedFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { appImage, cleanedUp, placeOfUser, runtime, shortFolder } from './fixture.ts';
import { ordinaryUser } from './host.ts';
import { type RunOptions, run } from './run.ts';
import { type1AppImage, withProgramOfOld } from './type-1/images.ts';

const MAGIC_AT = 8;
/** What no machine is that this runs on. */
const EM_S390 = 22;
/** A static program that does what it is called; empty where there is none. */
const BUSYBOX = findTool('busybox') ?? '';

/** The runtime as it is registered: without the magic of an AppImage, and by the name that says so. */
const interpreter = join(sharedFolder(), 'appimage-js-interpreter');
writeFileSync(interpreter, readFileSync(runtime).fill(0, MAGIC_AT, MAGIC_AT + 3), { mode: 0o755 });

const SCRIPT = ['printf "<%s>" "$@" "$ARGV0" "${APPIMAGE##*/}" "${TARGET_APPIMAGE-none}"', 'echo; exit 21'].join('\n');

/** Arguments of `unshare` for a program where the kernel starts AppImages by the interpreter. */
function registered(program: string, args: readonly string[]): string[] {
  const script = [
    'mount -t binfmt_misc none /proc/sys/fs/binfmt_misc',
    'for type in 1 2; do',
    '  printf ":type$type:M::\\\\x7fELF....AI\\\\x0$type:\\\\xff\\\\xff\\\\xff\\\\xff\\\\x00\\\\x00\\\\x00\\\\x00\\\\xff\\\\xff\\\\xff:$1:PF" >/proc/sys/fs/binfmt_misc/register',
    'done',
    'shift; exec "$@"',
  ].join('\n');
  return ['--user', '--map-root-user', '--mount', 'sh', '-e', '-c', script, 'sh', interpreter, program, ...args];
}

const registrations = {
  name: 'binfmt_misc in a user namespace',
  isThere: String(spawnSync('unshare', registered(interpreter, [])).stderr).includes('the kernel starts'),
};

describeWith(['mksquashfs'], 'called as an interpreter', () => {
  test('it starts the file that it is given, called as it was typed', async () => {
    const place = placeOfUser();
    const options: RunOptions = { env: place.env, uid: ordinaryUser };
    const file = await appImage(SCRIPT);
    expect(await run(interpreter, [file, 'typed', 'a b', ''], options)).toMatchObject({
      status: 21,
      stdout: '<a b><><typed><test.AppImage><none>\n',
      stderr: '',
    });
    await cleanedUp(place);
  });

  test('it leaves options to the runtime, and "--" to the application', async () => {
    const place = placeOfUser();
    const options: RunOptions = { env: place.env, uid: ordinaryUser };
    const file = await appImage(SCRIPT);
    expect((await run(interpreter, [file, file, '--appimage-list'], options)).stdout).toBe('AppRun\n');
    expect((await run(interpreter, [file, file, '--', '--appimage-list'], options)).stdout).toMatch(
      /^<--appimage-list></,
    );
    await cleanedUp(place);
  });

  test('it works on what TARGET_APPIMAGE names, as the file itself would', async () => {
    const place = placeOfUser();
    const [file, other] = [await appImage('echo file'), await appImage('echo other')];
    const env = { ...place.env, TARGET_APPIMAGE: other };
    expect((await run(interpreter, [file, file], { env, uid: ordinaryUser })).stdout).toBe('other\n');
    await cleanedUp(place);
  });

  test('it ignores what says something of a target when the caller has named none', async () => {
    const place = placeOfUser();
    const env = {
      ...place.env,
      TARGET_APPIMAGE_OFFSET: '7',
      TARGET_APPIMAGE_ARGV0: 'wrong',
      TARGET_APPIMAGE_CONTENTS: '/',
      TARGET_APPIMAGE_PROGRAM: '/bin/false',
    };
    const file = await appImage(SCRIPT);
    expect((await run(interpreter, [file, 'typed'], { env, uid: ordinaryUser })).stdout).toBe(
      '<typed><test.AppImage><none>\n',
    );
    await cleanedUp(place);
  });

  testWith(
    ['busybox'],
    'it starts the own program of a file whose payload it cannot read, which is told the file',
    async () => {
      const file = join(shortFolder(), 'env');
      writeFileSync(file, Buffer.concat([asAppImage(readFileSync(BUSYBOX)), Buffer.from('DWARFS\x02\x05')]), {
        mode: 0o755,
      });
      expect(await run(interpreter, [file, 'env'])).toMatchObject({
        status: 0,
        stdout: expect.stringContaining(`\nTARGET_APPIMAGE=${file}\n`),
        stderr: '',
      });
    },
  );
});

describe('what it is not given right', () => {
  test('is told, not started', async () => {
    expect(await run(interpreter, [])).toMatchObject({
      status: 127,
      stderr: expect.stringContaining('the kernel starts'),
    });
    const text = join(shortFolder(), 'text');
    writeFileSync(text, 'no program');
    expect(await run(interpreter, [text, text])).toMatchObject({ status: 127, stderr: expect.stringContaining(text) });
    expect(await run(interpreter, ['/nowhere', 'x'])).toMatchObject({
      status: 127,
      stderr: expect.stringContaining('/nowhere'),
    });
  });
});

describeWith(['mksquashfs', registrations], 'registered with the kernel', () => {
  /** Mounted as root of the namespace, or extracted: what works there. */
  const options = () => {
    const { env } = placeOfUser();
    return { env: { ...env, APPIMAGE_MOUNT: 'extract' } };
  };

  test('an AppImage starts through it, with its arguments, its name and its status', async () => {
    const file = await appImage(SCRIPT);
    expect(await run('unshare', registered(file, ['a b', '']), options())).toMatchObject({
      status: 21,
      stdout: `<a b><><${file}><test.AppImage><none>\n`,
      stderr: '',
    });
  });

  test('an AppImage starts whose own program is one of another machine', async () => {
    const file = await appImage(SCRIPT);
    const bytes = readFileSync(file);
    bytes.writeUInt16LE(EM_S390, 18);
    writeFileSync(file, bytes);
    expect(await run('unshare', registered(file, []), options())).toMatchObject({ status: 21, stderr: '' });
  });

  testWith(
    ['genisoimage', 'mkzftree'],
    'an AppImage of type 1 starts whose own program wants what nobody has',
    async () => {
      const file = withProgramOfOld(await type1AppImage(SCRIPT), { magic: true });
      expect(await run('unshare', registered(file, ['a']), options())).toMatchObject({
        status: 21,
        stdout: `<a><${file}><test.AppImage.old><none>\n`,
        stderr: '',
      });
    },
  );

  test('an application starts its own file again, and others, as often as it wants to', async () => {
    const other = await appImage('echo "other $1"');
    const file = await appImage('case $1 in 0) exec "$2" end;; *) exec "$APPIMAGE" $(($1 - 1)) "$2";; esac');
    expect(await run('unshare', registered(file, ['3', other]), options())).toMatchObject({
      status: 0,
      stdout: 'other end\n',
      stderr: '',
    });
  });

  test('an AppImage in an AppImage starts', async () => {
    const inner = readFileSync(await appImage('echo inner'));
    const file = await appImage(
      'exec "$APPDIR/inner.AppImage"',
      { 'inner.AppImage': inner },
      {
        mksquashfs: ['-p', 'inner.AppImage m 755 0 0'],
      },
    );
    expect(await run('unshare', registered(file, []), options())).toMatchObject({ status: 0, stdout: 'inner\n' });
  });

  test('the runtime is still started for another file, as by the command', async () => {
    const file = await appImage(SCRIPT);
    const { env } = options();
    const target = { ...env, TARGET_APPIMAGE: file, TARGET_APPIMAGE_ARGV0: 'typed' };
    expect(await run('unshare', registered(runtime, ['x']), { env: target })).toMatchObject({
      status: 21,
      stdout: '<x><typed><test.AppImage><none>\n',
    });
  });

  testWith(['busybox'], 'a file whose payload it cannot read is started by its own program, once', async () => {
    const file = join(shortFolder(), 'echo');
    writeFileSync(file, Buffer.concat([asAppImage(readFileSync(BUSYBOX)), Buffer.from('DWARFS\x02\x05')]), {
      mode: 0o755,
    });
    expect(await run('unshare', registered(file, ['once']), options())).toMatchObject({ status: 0, stdout: 'once\n' });
  });
});

/** A program that says that it is an AppImage of type 2. */
function asAppImage(program: Buffer): Buffer {
  program.set([0x41, 0x49, 2], MAGIC_AT);
  return program;
}
