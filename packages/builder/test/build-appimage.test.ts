import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { appImageDigestMd5, bufferSource, openSquashfs, readElf, readSection, windowSource } from '@appimage-js/format';
import { nodeDecompressors } from '@appimage-js/format/node';
import { availableElfRuntimes } from '@appimage-js/runtime-shim';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { HOST_PROGRAMS } from '../src/app-run/host-programs.ts';
import { buildAppImage } from '../src/index.ts';
import { writeFakeRuntime } from './fake-runtime.ts';
import { hashTree, PROGRAM } from './make-tree.ts';
import { PAYLOAD_OFFSET, preparedBuild } from './prepared-build.ts';

/** What unsquashfs makes of the image. */
async function extract(image: string, folder: string): Promise<string> {
  const target = join(folder, 'extracted');
  await execa('unsquashfs', ['-no-progress', '-dest', target, '-offset', String(PAYLOAD_OFFSET), image], {
    env: { LC_ALL: 'C' },
  });
  return target;
}

describe('buildAppImage', () => {
  test('writes the digest of appimagetool only where it is asked for', async () => {
    const { options, output } = preparedBuild();
    const digest = async (digestMd5: boolean) => {
      await buildAppImage({ ...options, runtimeFile: undefined, digestMd5 });
      const source = bufferSource(readFileSync(output));
      const elf = await readElf(source);
      return { section: await readSection(source, elf, '.digest_md5'), computed: await appImageDigestMd5(source, elf) };
    };
    expect((await digest(false)).section).toEqual(new Uint8Array(16));
    const { section, computed } = await digest(true);
    expect(section).toEqual(computed);
  });

  test('joins runtime and payload and tells where they are', async () => {
    const { options, output } = preparedBuild();
    const built = await buildAppImage(options);
    const file = readFileSync(output);
    const source = bufferSource(file);
    expect(built).toMatchObject({
      path: output,
      size: file.length,
      payload: { offset: PAYLOAD_OFFSET, length: file.length - PAYLOAD_OFFSET, compression: 'zstd' },
    });
    expect((await readElf(source)).end).toBe(PAYLOAD_OFFSET);
    const image = await openSquashfs(windowSource(source, PAYLOAD_OFFSET), { decompressors: nodeDecompressors });
    await expect(image.stat('AppRun')).resolves.toMatchObject({ type: 'file', mode: 0o755 });
  });

  test('embeds update information and leaves the other sections empty', async () => {
    const { options, output } = preparedBuild();
    const updateInformation = 'gh-releases-zsync|owner|repository|latest|Hello-*x86_64.AppImage.zsync';
    await buildAppImage({ ...options, updateInformation });
    const source = bufferSource(readFileSync(output));
    const elf = await readElf(source);
    const text = async (name: string) =>
      new TextDecoder().decode(await readSection(source, elf, name)).replace(/\0+$/, '');
    expect(await text('.upd_info')).toBe(updateInformation);
    expect(await text('.sha256_sig')).toBe('');
  });

  test('embeds the digest of the payload and the way to mount where the runtime has room for them', async () => {
    const sections = ['.upd_info', '.sha256_sig', '.payload_sha256', '.mount_mode'];
    const { folder, options, output } = preparedBuild();
    const runtimeFile = writeFakeRuntime(join(folder, 'own-runtime'), { sections });
    const { payload } = await buildAppImage({ ...options, runtimeFile, mount: 'fusermount' });
    const file = readFileSync(output);
    const source = bufferSource(file);
    const elf = await readElf(source);
    const bytesUsed = Number(file.readBigUInt64LE(payload.offset + 40));
    const digest = createHash('sha256')
      .update(file.subarray(payload.offset, payload.offset + bytesUsed))
      .digest();
    expect((await readSection(source, elf, '.payload_sha256')).subarray(0, 32)).toEqual(new Uint8Array(digest));
    const mode = await readSection(source, elf, '.mount_mode');
    expect(new TextDecoder().decode(mode).replace(/\0+$/, '')).toBe('fusermount');

    // Neither is handed on with the runtime of an image.
    await buildAppImage({ ...options, runtimeFile: output, output: `${output}.second` });
    const second = bufferSource(readFileSync(`${output}.second`));
    expect((await readSection(second, elf, '.mount_mode')).every((byte) => byte === 0)).toBe(true);
  });

  test('refuses a way to mount that does not exist, or that the runtime cannot keep', async () => {
    const { options } = preparedBuild();
    await expect(buildAppImage({ ...options, mount: 'extract' })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('must have a section .mount_mode, found none'),
    });
    const unknown = { ...options, mount: 'magic' as 'auto' };
    await expect(buildAppImage(unknown)).rejects.toThrow(RangeError);
  });

  testWith(['unsquashfs'], 'packs what unsquashfs reads: contents, modes, links', async () => {
    const { options, output, folder, appDir } = preparedBuild({
      'usr/share/empty': '',
      'usr/share/big': new Uint8Array(500_000).map((_, index) => index % 251),
      'usr/share/link': { link: '../bin/hello' },
      'usr/lib/nothing': null,
    });
    linkSync(join(appDir, 'usr/bin/hello'), join(appDir, 'usr/bin/same'));
    await buildAppImage(options);
    const extracted = await extract(output, folder);
    const { stdout } = await execa('diff', ['--recursive', '--no-dereference', appDir, extracted], { reject: false });
    expect(stdout.split('\n').toSorted()).toEqual(
      ['.DirIcon', 'AppRun', 'apprun-host'].map((name) => `Only in ${extracted}: ${name}`),
    );
    const listing = await execa('find', [extracted, '-samefile', join(extracted, 'usr/bin/hello')]);
    expect(listing.stdout.split('\n')).toHaveLength(2);
  });

  testWith(['unsquashfs'], 'packs names of any bytes', async () => {
    const { options, output, folder, appDir } = preparedBuild({
      'with space': 'a',
      'quote\'"$`': 'b',
      'new\nline': 'c',
      'grüße-日本': 'd',
    });
    const hostile = [Buffer.from([0x66, 0xff, 0xfe]), Buffer.alloc(255, 'x')];
    for (const name of hostile) writeFileSync(Buffer.concat([Buffer.from(`${appDir}/`), name]), name);
    await buildAppImage(options);
    const extracted = await extract(output, folder);
    const names = (path: string) =>
      readdirSync(path, { encoding: 'buffer' })
        .map((name) => name.toString('hex'))
        .toSorted();
    expect(names(extracted)).toEqual(
      [
        ...names(appDir),
        ...['AppRun', 'apprun-host', '.DirIcon'].map((name) => Buffer.from(name).toString('hex')),
      ].toSorted(),
    );
    for (const name of hostile) {
      expect(readFileSync(Buffer.concat([Buffer.from(`${extracted}/`), name]))).toEqual(name);
    }
  });

  test('works in a path with spaces, quotes, newlines and other letters', async () => {
    const { options, output } = preparedBuild({}, join(temporaryFolder(), 'a "b" \'c\' $d \n *ü日'));
    const { path } = await buildAppImage({ ...options, appDir: `${options.appDir}/` });
    expect(path).toBe(output);
    expect((await readElf(bufferSource(readFileSync(output)))).end).toBe(PAYLOAD_OFFSET);
  });

  test('never changes the AppDir', async () => {
    const { options, appDir } = preparedBuild({ 'usr/share/x': { link: 'nowhere' } });
    const before = hashTree(appDir);
    await buildAppImage({ ...options, version: '1.0', updateInformation: 'zsync|https://example.org/x.zsync' });
    expect(hashTree(appDir)).toBe(before);
  });

  test('replaces an output that exists and leaves nothing else', async () => {
    const { options, output, folder } = preparedBuild();
    writeFileSync(output, 'an older image', { mode: 0o600 });
    const { size } = await buildAppImage(options);
    expect(readFileSync(output)).toHaveLength(size);
    expect(readdirSync(join(folder, 'out'))).toEqual(['hello.AppImage']);
  });

  test('tells how far it is', async () => {
    const { options } = preparedBuild();
    const reports: { bytesRead: number; totalBytes: number }[] = [];
    await buildAppImage({ ...options, onProgress: (progress) => reports.push(progress) });
    const last = reports.at(-1);
    expect(last?.bytesRead).toBe(last?.totalBytes);
    expect(reports.map(({ bytesRead }) => bytesRead)).toEqual(
      reports.map(({ bytesRead }) => bytesRead).toSorted((a, b) => a - b),
    );
  });

  test('packs 100,000 small files', async () => {
    const { options, appDir } = preparedBuild({}, temporaryFolder(existsSync('/dev/shm') ? '/dev/shm' : undefined));
    for (let folder = 0; folder < 100; folder++) {
      mkdirSync(join(appDir, `many/${folder}`), { recursive: true });
      for (let file = 0; file < 1000; file++)
        writeFileSync(join(appDir, `many/${folder}/${file}`), `${folder} ${file}`);
    }
    const { payload, plan } = await buildAppImage({ ...options, level: 1 });
    expect(plan.contents.files).toBe(100_003);
    expect(payload.inodes).toBe(100_003 + 2 + 1 + 100 + 3 + HOST_PROGRAMS.length + 2);
    const image = await openSquashfs(windowSource(bufferSource(readFileSync(options.output)), payload.offset), {
      decompressors: nodeDecompressors,
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of image.readFile('many/73/421')) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('73 421');
  });

  test('packs a 5 GB sparse file into a few blocks', async () => {
    const { options, appDir } = preparedBuild({ sparse: '' });
    truncateSync(join(appDir, 'sparse'), 5_000_000_000);
    const { size, payload } = await buildAppImage(options);
    expect(payload.contentBytes).toBeGreaterThan(5_000_000_000);
    expect(size).toBeLessThan(1_000_000);
  });
});

describe('an image with the built-in runtime', () => {
  const isThere = availableElfRuntimes().includes('x86_64') && process.arch === 'x64';

  testWith(
    [{ name: 'the runtime', isThere }],
    'starts the application with its arguments and ends with its exit status',
    async () => {
      const { appDir, folder } = preparedBuild({ AppRun: undefined, 'usr/bin/hello': PROGRAM });
      const output = join(folder, 'a path with spaces.AppImage');
      await buildAppImage({ appDir, output, arch: 'x86_64' });
      const run = () => execa(output, ['one', 'two words', ''], { reject: false });
      expect(await run()).toMatchObject({ exitCode: 42, stdout: '[one]\n[two words]\n[]' });
      rmSync(appDir, { recursive: true });
      expect(existsSync(appDir)).toBe(false);
      cpSync(output, join(folder, 'copy'));
      expect((await execa(join(folder, 'copy'), [], { reject: false })).exitCode).toBe(42);
    },
  );

  const emulators: Readonly<Record<string, string>> = { aarch64: 'qemu-aarch64-static', armhf: 'qemu-arm-static' };
  for (const [architecture, emulator] of Object.entries(emulators)) {
    const hasRuntime = availableElfRuntimes().includes(architecture);
    testWith(
      [emulator, { name: `the runtime for ${architecture}`, isThere: hasRuntime }],
      `starts the application on ${architecture}, too`,
      async () => {
        const { appDir, folder } = preparedBuild({ AppRun: undefined, 'usr/bin/hello': PROGRAM });
        const output = join(folder, 'foreign.AppImage');
        const built = await buildAppImage({ appDir, output, arch: architecture, compression: 'lz4' });
        expect(built.plan.architecture).toBe(architecture);
        const env = { XDG_CACHE_HOME: folder };
        const started = await execa(emulator, [output, '--appimage-extract-and-run', 'one'], { env, reject: false });
        expect(started).toMatchObject({ exitCode: 42, stdout: '[one]' });
        await execa('chmod', ['-R', 'u+w', folder]);
      },
    );
  }

  testWith([{ name: 'the runtime', isThere }], 'knows its payload, and what its packager wants', async () => {
    const { appDir, output } = preparedBuild({ AppRun: undefined, 'usr/bin/hello': PROGRAM });
    const { payload } = await buildAppImage({ appDir, output, arch: 'x86_64', mount: 'extract' });
    expect((await execa(output, ['--appimage-verify'])).stdout).toMatch(
      /^sha256 \w{64}: the payload is as it was built$/,
    );
    const doctor = await execa(output, ['--appimage-doctor'], { reject: false });
    expect(doctor.stdout).toMatch(/^packager +extract$/m);

    const file = readFileSync(output);
    const behindSuperblock = payload.offset + 100;
    file[behindSuperblock] = (file[behindSuperblock] ?? 0) ^ 1;
    writeFileSync(`${output}.changed`, file, { mode: 0o755 });
    const changed = await execa(`${output}.changed`, ['--appimage-verify'], { reject: false });
    expect(changed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is damaged or was changed') });
  });
});
