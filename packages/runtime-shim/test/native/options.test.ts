import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, testWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, appImageOf, cleanedUp, mountsBelow, place, runtime, shortFolder, writeTree } from './fixture.ts';
import { finish, firstLine, run, start, succeed } from './run.ts';

const content = { 'usr/bin/tool': '#!/bin/sh\n', 'usr/share/data': 'data' };
const paths = ['AppRun', 'usr', 'usr/bin', 'usr/bin/tool', 'usr/share', 'usr/share/data'];

/** Writes into a section of an AppImage, as a tool that signs or marks it would. */
async function fillSection(image: string, name: string, text: string): Promise<void> {
  const sections = await succeed('readelf', ['-SW', image]);
  const line = sections.split('\n').find((candidate) => candidate.includes(` ${name} `)) ?? '';
  const offset = Number.parseInt(/PROGBITS\s+[0-9a-f]+\s+([0-9a-f]+)/.exec(line)?.[1] ?? '', 16);
  const file = readFileSync(image);
  file.write(text, offset);
  writeFileSync(image, file);
}

describeWith(['mksquashfs'], 'the options of the runtime', () => {
  test('--appimage-help names every option, on stdout', async () => {
    const { status, stdout, stderr } = await run(runtime, ['--appimage-help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const options = new Set(stdout.match(/--appimage-[a-z-]+/g));
    expect([...options].filter((option) => option !== '--appimage-').sort()).toMatchInlineSnapshot(`
      [
        "--appimage-doctor",
        "--appimage-extract",
        "--appimage-extract-and-run",
        "--appimage-help",
        "--appimage-list",
        "--appimage-mount",
        "--appimage-offset",
        "--appimage-portable-config",
        "--appimage-portable-home",
        "--appimage-signature",
        "--appimage-unmount",
        "--appimage-updateinfo",
        "--appimage-updateinformation",
        "--appimage-version",
      ]
    `);
  });

  test('--appimage-version names runtime and version', async () => {
    expect((await run(runtime, ['--appimage-version'])).stdout).toMatch(/^appimage-js runtime \d+\.\d+\.\d+\n$/);
  });

  test('--appimage-offset is where the payload begins: the size of the runtime', async () => {
    const image = await appImage('');
    expect((await run(image, ['--appimage-offset'])).stdout).toBe(`${readFileSync(runtime).length}\n`);
  });

  test('--appimage-list prints every path, parents first', async () => {
    const image = await appImage('', content);
    expect((await run(image, ['--appimage-list'])).stdout.split('\n')).toEqual([...paths, '']);
  });

  testWith(['readelf'], '--appimage-updateinfo and -signature print what has been embedded', async () => {
    const image = await appImage('');
    expect((await run(image, ['--appimage-updateinfo'])).stdout).toBe('');
    await fillSection(image, '.upd_info', 'zsync|https://example.org/x.zsync');
    await fillSection(image, '.sha256_sig', '-----BEGIN PGP SIGNATURE-----\nabc');
    expect((await run(image, ['--appimage-updateinfo'])).stdout).toBe('zsync|https://example.org/x.zsync\n');
    expect((await run(image, ['--appimage-updateinformation'])).stdout).toBe('zsync|https://example.org/x.zsync\n');
    expect((await run(image, ['--appimage-signature'])).stdout).toBe('-----BEGIN PGP SIGNATURE-----\nabc\n');
  });

  test('--appimage-portable-home and -config make the folders beside the file, for their owner only', async () => {
    const image = await appImage('');
    for (const what of ['home', 'config']) {
      const { status, stdout, stderr } = await run(image, [`--appimage-portable-${what}`]);
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
      expect(stderr).toContain(`${image}.${what}`);
      expect(await succeed('stat', ['-c', '%F %a', `${image}.${what}`])).toBe('directory 700\n');
    }
  });

  test.each(['help', 'version', 'offset', 'list', 'extract'])(
    '--appimage-%s on a full disk fails and says why',
    async (what) => {
      const image = await appImage('', content);
      const script = 'exec "$0" "$@" > /dev/full';
      const { status, stderr } = await run('/bin/sh', ['-c', script, image, `--appimage-${what}`], {
        cwd: shortFolder(),
      });
      expect(stderr).toBe('AppImage: cannot write to standard output: No space left on device\n');
      expect(status).toBe(1);
    },
  );

  test('--appimage-help says where the extraction cache is and how to remove it', async () => {
    const { stdout } = await run(runtime, ['--appimage-help']);
    expect(stdout).toContain('$XDG_CACHE_HOME/appimage');
    expect(stdout).toContain('chmod -R u+w DIR; rm -r DIR');
  });

  test('an unknown --appimage- option is an error and starts nothing', async () => {
    const image = await appImage('echo started');
    const { status, stdout, stderr } = await run(image, ['--appimage-nonsense']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('--appimage-nonsense is no option of this runtime');
  });

  test('TARGET_APPIMAGE makes every option work on that file, through symbolic links, and on a bare image', async () => {
    const other = await appImage('', content);
    const link = join(shortFolder(), 'link');
    symlinkSync(other, link);
    const payload = join(other, '../payload.squashfs');
    for (const target of [other, link, payload]) {
      expect(
        (await run(runtime, ['--appimage-list'], { env: { TARGET_APPIMAGE: target } })).stdout.split('\n'),
      ).toEqual([...paths, '']);
    }
    expect((await run(runtime, ['--appimage-offset'], { env: { TARGET_APPIMAGE: payload } })).stdout).toBe('0\n');
  });

  test('TARGET_APPIMAGE_OFFSET says where the payload of any other file begins', async () => {
    const payload = readFileSync(join(await appImage('', content), '../payload.squashfs'));
    const file = join(shortFolder(), 'script');
    writeFileSync(file, Buffer.concat([Buffer.from('#!/bin/sh\n'), payload]));
    const env = { TARGET_APPIMAGE: file, TARGET_APPIMAGE_OFFSET: '10' };
    expect((await run(runtime, ['--appimage-list'], { env })).stdout.split('\n')).toEqual([...paths, '']);
    const wrong = await run(runtime, ['--appimage-list'], { env: { ...env, TARGET_APPIMAGE_OFFSET: '1x' } });
    expect(wrong.stderr).toContain('TARGET_APPIMAGE_OFFSET is no decimal number');
  });

  test.each(['/etc/hostname', '/bin/true', '/no/such/file', '/', '/dev/null'])(
    'TARGET_APPIMAGE=%s is told to be none',
    async (file) => {
      const { status, stdout, stderr } = await run(runtime, ['--appimage-list'], { env: { TARGET_APPIMAGE: file } });
      expect({ status, stdout }).toEqual({ status: 127, stdout: '' });
      expect(stderr).toMatch(/^AppImage: cannot (read|open) .*\n$/);
    },
  );

  test('a runtime without a payload says so', async () => {
    expect((await run(runtime)).stderr).toContain('it has no payload');
  });
});

describeWith(['mksquashfs', 'root', '/dev/fuse'], '--appimage-mount', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('mounts, prints where, and unmounts on %s', async (signal) => {
    const image = await appImage('', content);
    const where = place();
    const mount = start(image, ['--appimage-mount'], { env: where.env });
    const mounted = await firstLine(mount);
    expect(readFileSync(join(mounted, 'usr/share/data'), 'utf8')).toBe('data');
    mount.kill(signal);
    expect(await finish(mount)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    // Not some time later: whoever waited for the end may rely on it.
    expect(mountsBelow(where.tmp)).toEqual([]);
    expect(existsSync(mounted)).toBe(false);
  });

  test('ends when somebody else unmounts', async () => {
    const image = await appImage('', content);
    const where = place();
    const mount = start(image, ['--appimage-mount'], { env: where.env });
    await succeed('umount', [await firstLine(mount)]);
    expect(await finish(mount)).toMatchObject({ status: 0, stderr: '' });
    await cleanedUp(where);
  });

  test('leaves a mount that is in use to its users, and says so', async () => {
    const image = await appImage('', content);
    const where = place();
    const mount = start(image, ['--appimage-mount'], { env: where.env });
    const mounted = await firstLine(mount);
    const user = start('/bin/sh', ['-c', 'read go; cat usr/share/data'], { cwd: mounted });
    mount.kill('SIGTERM');
    expect((await finish(mount)).stderr).toContain('still in use');
    user.stdin.end('go\n');
    expect((await finish(user)).stdout).toBe('data');
    await cleanedUp(where);
  });

  test('works without an AppRun: looking is not running', async () => {
    const tree = shortFolder();
    writeTree(tree, { data: 'data' });
    const image = await appImageOf(tree);
    const where = place();
    const mount = start(image, ['--appimage-mount'], { env: where.env });
    expect(readFileSync(join(await firstLine(mount), 'data'), 'utf8')).toBe('data');
    mount.kill('SIGTERM');
    await finish(mount);
  });
});
