import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { probeAppDir } from '../support/probe-app-dir.ts';

const ARCH = ['--arch', 'x86_64'];

describe('appimage build', () => {
  test('makes an executable file, and says how large it is', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const { status, stdout, stderr } = await appimage(['build', 'AppDir', ...ARCH], { cwd: folder });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const size = readFileSync(join(folder, 'Probe-1.2.3-x86_64.AppImage')).length;
    expect(stdout).toMatch(/^Built Probe-1\.2\.3-x86_64\.AppImage: .* packed into .* \(.*zstd 15\) in \d+\.\d\d s\n$/);
    expect(stdout).toContain(`(${size.toLocaleString('en-US')} bytes)`);
  });

  test('prints what the library answered with --json, and nothing with --quiet', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const args = ['build', 'AppDir', ...ARCH, '-o', 'x.AppImage'];
    expect(await appimage([...args, '--quiet'], { cwd: folder })).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const { stdout } = await appimage([...args, '--json', '--comp', 'gzip', '--level', '1', '--block-size', '64K'], {
      cwd: folder,
    });
    expect(JSON.parse(stdout)).toMatchObject({
      path: join(folder, 'x.AppImage'),
      size: readFileSync(join(folder, 'x.AppImage')).length,
      plan: { payload: { compression: 'gzip', level: 1, blockSize: 65_536 } },
    });
  });

  test('gives the same bytes twice, and others when SOURCE_DATE_EPOCH lets newer times in', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const build = async (name: string, env: NodeJS.ProcessEnv) => {
      const outcome = await appimage(['build', 'AppDir', ...ARCH, '-o', name], { cwd: folder, env });
      expect(outcome).toMatchObject({ status: 0 });
      return createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex');
    };
    const first = await build('1.AppImage', {});
    expect(await build('2.AppImage', { UV_THREADPOOL_SIZE: '1', TZ: 'Asia/Tokyo' })).toBe(first);
    expect(await build('3.AppImage', { SOURCE_DATE_EPOCH: '1000000000' })).not.toBe(first);
  });

  test('makes a shImg, which its own script starts', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const args = ['build', 'AppDir', ...ARCH, '--type', 'shimg', '--update-info', 'zsync|https://example.org/x.zsync'];
    const { status, stdout } = await appimage([...args, '-o', 'x.AppImage', '--json'], { cwd: folder });
    expect({ status, plan: JSON.parse(stdout).plan }).toMatchObject({
      status: 0,
      plan: { type: 'shimg', architectures: ['x86_64'], payload: { compression: 'lz4', level: 8 } },
    });
    const info = await appimage(['info', 'x.AppImage', '--json'], { cwd: folder });
    expect(JSON.parse(info.stdout)).toMatchObject({
      type: 'shimg',
      architectures: ['x86_64'],
      updateInformation: { raw: 'zsync|https://example.org/x.zsync' },
    });
    const image = join(folder, 'x.AppImage');
    expect(execFileSync(image, ['--appimage-updateinfo'], { encoding: 'utf8' })).toBe(
      'zsync|https://example.org/x.zsync\n',
    );
  });

  test('wants one architecture of type 2', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const { status, stderr } = await appimage(['build', 'AppDir', '--arch', 'x86_64,aarch64'], { cwd: folder });
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('must be for one architecture') });
  });

  test('plans without writing anything for --dry-run', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const args = ['build', 'AppDir', ...ARCH, '--dry-run'];
    const { status, stdout } = await appimage([...args, '--json'], { cwd: folder });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'Probe', version: '1.2.3', architecture: 'x86_64' });
    expect((await appimage(args, { cwd: folder })).stdout).toMatch(/^Probe would be built\n\n {2}From +\S+AppDir\n/);
    expect(readdirSync(folder)).toEqual(['AppDir']);
  });

  test.each([
    { args: ['--level', '23'], message: 'level of zstd must be 1 to 22, found 23' },
    { args: ['--level', 'high'], message: 'It must be a whole number' },
    { args: ['--block-size', '100K'], message: 'block size must be a power of two' },
    { args: ['--block-size', 'big'], message: 'It must be a number of bytes' },
    { args: ['--comp', 'lzo'], message: 'Allowed choices are zstd, gzip' },
    { args: ['--mount', 'magic'], message: 'Allowed choices are auto, root, fusermount, userns, extract, keep' },
  ])('calls $args wrong usage', async ({ args, message }) => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const { status, stdout, stderr } = await appimage(['build', 'AppDir', ...ARCH, ...args], { cwd: folder });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  test('hands the options of the preparation on, and shows what becomes of the AppDir', async () => {
    const folder = temporaryFolder();
    const appDir = join(folder, 'AppDir');
    probeAppDir(appDir);
    mkdirSync(join(appDir, 'usr/share/doc'), { recursive: true });
    for (let n = 0; n < 10; n++) writeFileSync(join(appDir, `usr/share/doc/${n}.txt`), 'x');
    writeFileSync(join(appDir, '.appimageignore'), '*.txt\n');
    writeFileSync(join(folder, 'patterns'), 'usr/share/man\n');
    const args = [
      'build',
      'AppDir',
      ...ARCH,
      '--dry-run',
      '--exclude',
      '!9.txt',
      '--exclude',
      '8.txt',
      '--exclude-file',
      'patterns',
    ];
    const more = ['--desktop', 'probe', '--keep-modes', '--patch-usr'];
    const { status, stdout, stderr } = await appimage([...args, ...more], { cwd: folder });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^ *Left out +\.appimageignore: it says what is left out$/m);
    expect(stdout).toMatch(/^ *Left out +usr\/share\/doc\/0\.txt: \.appimageignore, line 1: \*\.txt$/m);
    expect(stdout).toMatch(/^ *Left out +and 2 more, together 10 files, 15 bytes$/m);
    expect(stdout).toMatch(/^ *Permissions +as they are$/m);
    const answered = JSON.parse((await appimage([...args, ...more, '--json'], { cwd: folder })).stdout);
    expect(answered).toMatchObject({ modes: 'keep', patched: [], leftOut: { files: 10 } });
    const other = await appimage(['build', 'AppDir', ...ARCH, '--desktop', 'other'], { cwd: folder });
    expect(other).toMatchObject({ status: 1, stderr: expect.stringContaining('must have the desktop entry other') });
  });

  test('hands the way to mount on, and shows it in the plan', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const args = ['build', 'AppDir', ...ARCH, '--mount', 'fusermount', '--dry-run'];
    expect((await appimage(args, { cwd: folder })).stdout).toMatch(/^ *Mount +fusermount first$/m);
    const { stdout } = await appimage([...args, '--json'], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ mount: 'fusermount' });
  });

  test('refuses a SOURCE_DATE_EPOCH that is no time', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const env = { SOURCE_DATE_EPOCH: 'yesterday' };
    const { status, stderr } = await appimage(['build', 'AppDir', ...ARCH], { cwd: folder, env });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^appimage: Cannot read SOURCE_DATE_EPOCH: .*"yesterday"\n$/);
  });

  test('leaves the image that was there as it was when the build fails', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'AppDir'));
    writeFileSync(join(folder, 'x.AppImage'), 'precious');
    const { status, stderr } = await appimage(['build', 'AppDir', '-o', 'x.AppImage'], { cwd: folder });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^appimage: Cannot build from .*AppDir: .*\n$/);
    expect(readFileSync(join(folder, 'x.AppImage'), 'utf8')).toBe('precious');
  });

  test.each([
    ['spaces, quotes and newlines', 'a "b"\n\'c\' $d'],
    ['255 bytes', 'ü'.repeat(127)],
  ])('takes names with %s', async (_, name) => {
    const folder = temporaryFolder();
    const inner = join(folder, name);
    probeAppDir(join(inner, 'AppDir'));
    const output = `${name.slice(0, 100)}.AppImage`;
    const outcome = await appimage(['build', join(inner, 'AppDir'), ...ARCH, '-o', join(inner, output)]);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(outcome.stdout.split('\n')).toHaveLength(2);
    expect(existsSync(join(inner, output))).toBe(true);
  });

  test('warns of what is probably a mistake, on stderr', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const args = ['build', 'AppDir', ...ARCH, '--update-info', 'carrier-pigeon|x'];
    const { status, stderr } = await appimage(args, { cwd: folder });
    expect(status).toBe(0);
    expect(stderr).toMatch(/^Warning: .*carrier-pigeon.*\n$/);
  });

  test('guesses where updates come from, and writes the control file', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const env = { GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'someone/probe', SOURCE_DATE_EPOCH: '1700000000' };
    const { status, stdout } = await appimage(['build', 'AppDir', ...ARCH, '--guess', '--zsync', '--json'], {
      cwd: folder,
      env,
    });
    const guessed = 'gh-releases-zsync|someone|probe|latest|Probe-*-x86_64.AppImage.zsync';
    expect({ status, ...JSON.parse(stdout) }).toMatchObject({
      status: 0,
      plan: { updateInformation: guessed, updateInformationFrom: 'GitHub Actions' },
      zsync: { path: join(folder, 'Probe-1.2.3-x86_64.AppImage.zsync') },
    });
    const control = readFileSync(join(folder, 'Probe-1.2.3-x86_64.AppImage.zsync'), 'latin1');
    expect(control).toMatch(/^zsync: .*\nFilename: Probe-1\.2\.3-x86_64\.AppImage\nMTime: Tue, 14 Nov 2023 22:13:20/);
  });

  test('says that it finds nothing to guess by', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const env = { GITHUB_ACTIONS: '', GITLAB_CI: '', CI: '' };
    const { status, stderr } = await appimage(['build', 'AppDir', ...ARCH, '--guess'], { cwd: folder, env });
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining('Warning: no update information'),
    });
  });

  test('says what an update from an older version fetches, and why', async () => {
    const folder = temporaryFolder();
    const appDir = join(folder, 'AppDir');
    probeAppDir(appDir);
    const build = (...args: string[]) => appimage(['build', 'AppDir', ...ARCH, ...args], { cwd: folder });
    writeFileSync(join(appDir, 'data'), randomBytes(300_000));
    await build('-o', 'old');
    writeFileSync(join(appDir, 'added'), randomBytes(200_000));
    const { stdout } = await build('-o', 'new', '--against', 'old');
    expect(stdout).toMatch(/^An update fetches \d+\.?\d* kB of \S+ kB \(\d+\.\d %\), and the control file/m);
    expect(stdout).toMatch(/^ +\S+ kB {2}added is new$/m);
    expect(stdout).not.toMatch(/ data /);
    const refused = await build('-o', 'new', '--against', 'new');
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('name another output with -o') });
    const missing = await build('-o', 'new', '--against', 'none');
    expect(missing).toMatchObject({ status: 1, stderr: expect.stringContaining('there is no such file') });
  });

  test('builds twice and compares with --check-reproducible', async () => {
    const folder = temporaryFolder();
    probeAppDir(join(folder, 'AppDir'));
    const args = ['build', 'AppDir', ...ARCH, '-o', 'x', '--check-reproducible'];
    const { status, stdout } = await appimage(args, { cwd: folder });
    const sha256 = createHash('sha256')
      .update(readFileSync(join(folder, 'x')))
      .digest('hex');
    expect(status).toBe(0);
    expect(stdout).toContain(`Reproducible: a second build was the same, SHA-256 ${sha256}`);
    expect(readdirSync(folder).sort()).toEqual(['AppDir', 'x']);
  });
});
