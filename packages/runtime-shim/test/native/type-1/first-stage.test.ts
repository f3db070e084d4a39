import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, cleanedUp, place, placeOfUser, shortFolder } from '../fixture.ts';
import { machines } from '../foreign/machines.ts';
import { ordinaryUser } from '../host.ts';
import { runOn } from '../host-conditions.ts';
import { run, succeed } from '../run.ts';
import { prepare, rungs } from '../rungs.ts';
import { fillSection } from '../sections.ts';
import { endOfVolume, SYSTEM_AREA, type1AppImage, withProgramOfOld } from './images.ts';

const needs = ['genisoimage', 'mkzftree'] as const;
const EPERM = 1;
const ENOSYS = 38;

/** Copies an image, changes the copy, and answers where it is. */
function changed(image: string, change: (bytes: Buffer) => Buffer | undefined): string {
  const copy = join(shortFolder(), 'changed.AppImage');
  const bytes = readFileSync(image);
  writeFileSync(copy, change(bytes) ?? bytes, { mode: 0o755 });
  return copy;
}

describeWith([...needs], 'an AppImage of type 1', () => {
  for (const rung of rungs) {
    describeWith([...rung.needs], `started with ${rung.rung} by ${rung.by}`, () => {
      test('becomes its AppRun, with arguments, variables, descriptors and status as they are to be', async () => {
        const image = await type1AppImage(
          [
            'echo $$; echo "$APPIMAGE"; echo "$ARGV0"; echo "$OWD"; printf "<%s>" "$@"; echo',
            'cat "$APPDIR/usr/text" | wc -c',
            'env | grep ^TARGET_ || echo none; echo /proc/self/fd/*; exit 7',
          ].join('\n'),
          { 'usr/text': Buffer.alloc(100_000, 'text ') },
        );
        const { where, options } = prepare(rung, { TARGET_APPIMAGE_OFFSET: '5', TARGET_APPIMAGE_ARGV0: 'x' });
        const cwd = shortFolder();
        chmodSync(cwd, 0o755);
        // Any script that is started in the same way: what it has open is what is to be open.
        writeFileSync(join(cwd, 'script'), '#!/bin/sh\necho /proc/self/fd/*\n', { mode: 0o755 });
        const descriptors = await run(join(cwd, 'script'), [], options);
        const args = ['--appimage', '', 'two words', '--'];
        const { pid, status, stdout, stderr } = await run(image, args, { ...options, cwd, argv0: 'called so' });
        expect(stderr).toBe('');
        expect(stdout.split('\n')).toEqual([
          `${pid}`,
          image,
          'called so',
          cwd,
          '<--appimage><><two words><-->',
          '100000',
          'none',
          descriptors.stdout.trim(),
          '',
        ]);
        expect(status).toBe(7);
        if (rung.mounts) await cleanedUp(where);
      });
    });
  }

  test('answers the options of its runtime', async () => {
    const image = await type1AppImage('', { 'usr/text': 'text' });
    expect(await succeed(image, ['--appimage-version'])).toContain('appimage-js runtime');
    expect(await succeed(image, ['--appimage-offset'])).toBe('0\n');
    expect((await succeed(image, ['--appimage-list'])).split('\n').sort()).toEqual(['', 'AppRun', 'usr', 'usr/text']);
    const cwd = shortFolder();
    await succeed(image, ['--appimage-extract', 'usr/*'], { cwd });
    expect(readFileSync(join(cwd, 'squashfs-root/usr/text'), 'utf8')).toBe('text');
    const failed = await run(image, ['--appimage-extrakt']);
    expect(failed).toMatchObject({ status: 2, stderr: expect.stringContaining('--appimage-extract') });
  });

  test('prints update information, and what is no such thing not', async () => {
    const image = await type1AppImage('');
    const text = 'zsync|https://example.com/x.zsync';
    for (const [field, printed] of [
      [text, `${text}\n`],
      ['mkisofs 2.01', ''],
      ['', ''],
    ] as const) {
      const copy = changed(image, (bytes) => void bytes.fill(0, 33_651, 33_651 + 512).write(field, 33_651));
      expect(await succeed(copy, ['--appimage-updateinformation'])).toBe(printed);
    }
  });

  test('is verified by the digest of what is behind its program, and known by it where it was extracted', async () => {
    const image = await type1AppImage('cat "$APPDIR/text"', { text: 'content' });
    expect((await run(image, ['--appimage-verify'])).status).toBe(3);
    const bytes = readFileSync(image).subarray(SYSTEM_AREA, endOfVolume(image));
    await fillSection(image, '.payload_sha256', createHash('sha256').update(bytes).digest());
    expect((await run(image, ['--appimage-verify'])).status).toBe(0);
    const flipped = changed(image, (copy) => void copy.writeUInt8(1, endOfVolume(image) - 1));
    expect((await run(flipped, ['--appimage-verify'])).status).toBe(1);

    const { env, home } = place();
    const options = { env: { ...env, APPIMAGE_MOUNT: 'extract' } };
    for (const name of ['one', 'two']) {
      const copy = join(shortFolder(), name);
      copyFileSync(image, copy);
      expect(await run(copy, [], options)).toMatchObject({ status: 0, stdout: 'content' });
    }
    const kept = readdirSync(join(home, '.cache/appimage'));
    expect(kept.filter((name) => !name.includes('.'))).toHaveLength(1);
  });

  test('does as its packager wishes', async () => {
    const image = await type1AppImage('echo "$APPDIR"');
    const { env, home } = place();
    await fillSection(image, '.mount_mode', 'extract');
    expect((await run(image, [], { env })).stdout).toContain(join(home, '.cache/appimage'));
    await fillSection(image, '.mount_mode', 'nonsense');
    expect(await run(image, [], { env })).toMatchObject({ status: 0, stderr: '' });
  });

  test('is found by a link, a relative name and PATH, with spaces in its name', async () => {
    const folder = join(shortFolder(), 'with spaces');
    mkdirSync(folder);
    const path = join(folder, 'an AppImage');
    copyFileSync(await type1AppImage('echo "$APPIMAGE"'), path);
    symlinkSync(path, join(folder, 'link'));
    const { env } = place();
    for (const command of ['"./an AppImage"', './link', 'PATH="$PWD:$PATH"; "an AppImage"', '(exec -a / ./link)']) {
      expect(await run('bash', ['-c', command], { cwd: folder, env })).toMatchObject({
        status: 0,
        stdout: `${path}\n`,
      });
    }
  });

  test('starts another file that TARGET_APPIMAGE names', async () => {
    const { env } = place();
    const image = await type1AppImage('echo of type 1');
    const other = await type1AppImage('echo the other');
    expect(await run(image, [], { env: { ...env, TARGET_APPIMAGE: other } })).toMatchObject({ stdout: 'the other\n' });
  });

  test('says what is wrong with a file that has no runtime', async () => {
    const image = await type1AppImage('');
    const end = endOfVolume(image);
    const cases: readonly (readonly [string, (bytes: Buffer) => Buffer | undefined])[] = [
      ['where its runtime should be, there is none', (bytes) => bytes.subarray(0, end + 5000)],
      ['where its runtime should be, there is none', (bytes) => bytes.subarray(0, end)],
      ['where its runtime should be, there is none', (bytes) => void bytes.writeUInt8(0, end)],
      ['its runtime is for another machine, or damaged', (bytes) => void bytes.writeUInt16LE(243, end + 18)],
    ];
    for (const [what, change] of cases) {
      const result = await run(changed(image, change), []);
      expect(result).toMatchObject({ status: 127, stdout: '' });
      expect(result.stderr).toMatch(/^AppImage: cannot run \/\S+: .*\n$/);
      expect(result.stderr).toContain(what);
    }
    await fillSection(image, '.runtime_place', Buffer.alloc(16));
    expect((await run(image, [])).stderr).toBe(`AppImage: cannot run ${image}: no runtime was put into it\n`);
  });
});

describeWith([...needs, 'root', 'clang', 'setpriv'], 'on another host, an AppImage of type 1', () => {
  const noexec = (folder: string) => `mount -t tmpfs -o noexec,mode=1777 none ${folder}`;

  test.each([EPERM, ENOSYS])('whose kernel answers %i to a file in memory starts from a folder', async (answer) => {
    const image = await type1AppImage('echo started; ls -A "$TMPDIR"');
    const { env } = placeOfUser();
    const deny = { answer, calls: ['memfd_create'] };
    const result = await runOn({ deny }, image, [], { env: { ...env, APPIMAGE_MOUNT: 'extract' } });
    expect(result).toMatchObject({ status: 0, stdout: 'started\n', stderr: '' });
  });

  test('passes over a folder without programs, and says so of all when there is no other', async () => {
    const image = await type1AppImage('echo started');
    const { env, tmp } = placeOfUser();
    const options = { env: { ...env, APPIMAGE_MOUNT: 'extract' } };
    const deny = { answer: EPERM, calls: ['memfd_create'] };
    expect(await runOn({ deny, setUp: [noexec(tmp)] }, image, [], options)).toMatchObject({ stdout: 'started\n' });

    const readOnly = 'mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp';
    const setUp = [noexec('/var/tmp'), readOnly, noexec(tmp)];
    const failed = await runOn({ deny, setUp }, image, [], { env: { TMPDIR: tmp } });
    expect(failed.status).toBe(127);
    expect(failed.stderr.split('\n')).toEqual([
      `AppImage: cannot run ${image}: its runtime can be started neither from memory nor from a folder; what helps: to name a folder where programs may be run in TMPDIR`,
      '  in memory: Operation not permitted',
      `  ${tmp}: Permission denied`,
      '  /tmp: Read-only file system',
      '  /var/tmp: Permission denied',
      '',
    ]);
  });

  test('which has no /proc finds itself by what it was started as', async () => {
    const image = await type1AppImage('');
    const result = await runOn({ setUp: ['umount -l /proc'] }, image, ['--appimage-offset'], {});
    expect(result).toMatchObject({ status: 0, stdout: '0\n' });
  });

  test('that may not be read, or would lend its rights, says so', async () => {
    const image = await type1AppImage('');
    chmodSync(image, 0o711);
    const unreadable = await run(image, [], { uid: ordinaryUser });
    expect(unreadable).toMatchObject({ status: 127, stderr: expect.stringContaining('"chmod +r" makes it readable') });
    chmodSync(image, 0o4755);
    const setuid = await run(image, [], { uid: ordinaryUser });
    expect(setuid).toMatchObject({ status: 127, stderr: expect.stringContaining('must not be set-user-id') });
  });
});

for (const machine of machines) {
  describeWith([...needs, ...machine.needs], `the first stage for ${machine.name}`, () => {
    // A program of this machine is what the kernel can start: the emulator is not asked again.
    test('starts the runtime that is in the file', async () => {
      const image = await type1AppImage('echo "$APPIMAGE" "$@"', {}, { architecture: machine.name, runtime: 'x86_64' });
      const { env } = place();
      const [program = image, ...before] = [...machine.emulator, image];
      const result = await run(program, [...before, 'one', 'two words'], { env });
      expect(result).toMatchObject({ status: 0, stdout: `${image} one two words\n`, stderr: '' });
      const type = await succeed('file', ['-b', image]);
      expect(type).toContain(machine.fileType.replace(/ pie .*/, ''));
      expect(await succeed('readelf', ['-hW', image])).toMatch(/OS\/ABI:\s+UNIX - System V[\s\S]*DYN/);
    });
  });
}

describeWith([...needs, 'root', '/dev/fuse'], 'an image with a program that does not start any more', () => {
  test.each([true, false])('is started by another runtime; with the magic: %s', async (magic) => {
    const old = withProgramOfOld(await type1AppImage('echo "$APPIMAGE $1"'), { magic });
    expect((await run(old, []).catch(() => ({ status: 'none' }))).status).not.toBe(0);
    const { env } = place();
    const runtime = await appImage('');
    for (const offset of [{}, { TARGET_APPIMAGE_OFFSET: '0' }]) {
      const result = await run(runtime, ['word'], { env: { ...env, TARGET_APPIMAGE: old, ...offset } });
      expect(result).toMatchObject({ status: 0, stdout: `${old} word\n`, stderr: '' });
    }
  });
});
