import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, testWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, appImageOf, cleanedUp, mountsBelow, place, runtime, shortFolder, writeTree } from './fixture.ts';
import { finish, firstLine, run, start, succeed } from './run.ts';
import { fillSection } from './sections.ts';

const content = { 'usr/bin/tool': '#!/bin/sh\n', 'usr/share/data': 'data' };
const paths = ['AppRun', 'usr', 'usr/bin', 'usr/bin/tool', 'usr/share', 'usr/share/data'];

describeWith(['mksquashfs'], 'the options of the runtime', () => {
  test('--appimage-help names every option, on stdout', async () => {
    const { status, stdout, stderr } = await run(runtime, ['--appimage-help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const options = new Set(stdout.match(/--appimage-[a-z-]+/g));
    expect([...options].filter((option) => option !== '--appimage-').sort()).toMatchInlineSnapshot(`
      [
        "--appimage-cache-clean",
        "--appimage-doctor",
        "--appimage-extract",
        "--appimage-extract-and-run",
        "--appimage-help",
        "--appimage-list",
        "--appimage-mount",
        "--appimage-offset",
        "--appimage-portable-cache",
        "--appimage-portable-config",
        "--appimage-portable-home",
        "--appimage-portable-share",
        "--appimage-signature",
        "--appimage-unmount",
        "--appimage-updateinfo",
        "--appimage-updateinformation",
        "--appimage-verify",
        "--appimage-version",
      ]
    `);
  });

  test('--appimage-version names runtime, version, machine and compressions', async () => {
    expect((await run(runtime, ['--appimage-version'])).stdout).toMatch(
      /^appimage-js runtime \d+\.\d+\.\d+ for \w+, reads gzip xz lz4 zstd\n$/,
    );
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
    // As it is: a line that is ended already is not ended twice, and a full section has no zero at its end.
    const full = `${'s'.repeat(1023)}\n`;
    await fillSection(image, '.sha256_sig', full);
    expect((await run(image, ['--appimage-signature'])).stdout).toBe(full);
  });

  testWith(['readelf'], 'what is embedded in a helper is not taken for that of the image it works for', async () => {
    const helper = await appImage('');
    await fillSection(helper, '.upd_info', 'zsync|https://example.org/helper.zsync');
    const target = await appImage('');
    const [inTarget, inScript] = [
      { TARGET_APPIMAGE: target },
      { TARGET_APPIMAGE: target, TARGET_APPIMAGE_OFFSET: '0' },
    ];
    for (const env of [inTarget, inScript])
      expect(await run(helper, ['--appimage-updateinfo'], { env })).toMatchObject({ status: 0, stdout: '' });
  });

  test('--appimage-portable-… make the folders beside the file, for their owner only', async () => {
    const image = await appImage('');
    for (const what of ['home', 'config', 'share', 'cache']) {
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

  test('--appimage-help fits a terminal of 80 columns and says where the extraction cache is', async () => {
    const { stdout } = await run(runtime, ['--appimage-help']);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toContain('$XDG_CACHE_HOME/appimage');
  });

  test.each([
    ['--appimage-nonsense', ''],
    ['--appimage-extrct', ': did you mean --appimage-extract?'],
    ['--appimage-Help', ': did you mean --appimage-help?'],
    ['--appimage-offset=1', ': did you mean --appimage-offset?'],
    ['--appimage-', ''],
    [`--appimage-${'x'.repeat(100_000)}`, ''],
  ])('an unknown option such as %.30s is an error and starts nothing', async (option, suggestion) => {
    const image = await appImage('echo started');
    const { status, stdout, stderr } = await run(image, [option]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(
      `AppImage: ${option} is no option of this runtime${suggestion}; --appimage-help lists them, and "-- ${option}" is for the application\n`,
    );
  });

  test('options behind the first argument are the application’s', async () => {
    const image = await appImage('echo "$*"');
    const result = await run(image, ['x', '--appimage-nonsense', '--appimage-help'], { env: place().env });
    expect(result).toMatchObject({ status: 0, stdout: 'x --appimage-nonsense --appimage-help\n', stderr: '' });
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

  test.each(['image_offset', 'sfs_offset'])(
    'TARGET_APPIMAGE may be a shImg, whose script has a line %s=',
    async (name) => {
      const image = readFileSync(await appImage('', content)).subarray(readFileSync(runtime).length);
      const file = join(shortFolder(), 'test.shImg');
      const list = (line: string) => {
        const script = `#!/bin/sh\n#.shImg.#\n\n${line}\nexit 3\n`;
        writeFileSync(file, Buffer.concat([Buffer.from(script.padEnd(4096, '#')), image]), { mode: 0o755 });
        return run(runtime, ['--appimage-list'], { env: { TARGET_APPIMAGE: file } });
      };
      expect(await list(`${name}=00000004096`)).toMatchObject({ status: 0, stdout: [...paths, ''].join('\n') });
      for (const wrong of ['4096x', '', '-1', '99999999999999999999999', '4095', '1234567890'])
        expect((await list(`${name}=${wrong}`)).stderr).toMatch(/^AppImage: cannot read .*test\.shImg.*\n$/);
    },
  );

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
