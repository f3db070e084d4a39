import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeAppImage } from '@appimage-js/format';
import { openAppImage } from '@appimage-js/format/node';
import { availableElfRuntimes } from '@appimage-js/runtime-shim';
import { sharedFolder, temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ConvertOptions, convertAppImage, planConvertedAppImage } from '../../src/index.ts';
import { fakeRuntime, writeFakeRuntime } from '../fake-runtime.ts';
import { fakeFirstStage } from '../prepared-type-1.ts';
import { directory, file, richTree, snapshot, writeImage } from './sources.ts';

const UPDATES = 'zsync|https://example.org/hello.AppImage.zsync';
const folder = sharedFolder();
const runtimeFile = writeFakeRuntime(join(folder, 'runtime'));
const firstStageFile = join(folder, 'first-stage');
writeFileSync(firstStageFile, fakeFirstStage());
const sources = { squashfs: join(folder, 'image.squashfs'), iso9660: join(folder, 'image.iso') };

beforeAll(async () => {
  await writeImage(sources.squashfs, richTree());
  await writeImage(sources.iso9660, richTree(), { kind: 'iso9660' });
});

const convert = async (input: string, name: string, options: Partial<ConvertOptions> = {}) => {
  const output = join(temporaryFolder(), name);
  const programs = options.type === 'shimg' ? {} : { runtimeFile, firstStageFile };
  return await convertAppImage({ input, output, arch: 'x86_64', ...programs, ...options });
};

const filesOf = async (path: string) => {
  await using image = await openAppImage(path);
  return await snapshot(image.files);
};

describe('convertAppImage', () => {
  test.each([
    ['squashfs', 'type-1'],
    ['squashfs', 'type-2'],
    ['iso9660', 'type-1'],
    ['iso9660', 'type-2'],
  ] as const)('keeps every file as it is, from %s into %s', async (kind, type) => {
    const { path, plan } = await convert(sources[kind], 'out.AppImage', { type });
    expect(await filesOf(path)).toEqual(await filesOf(sources[kind]));
    expect(plan).toMatchObject({ type, from: { type: kind, kind }, notes: [] });
    await using image = await openAppImage(path);
    expect(image.type).toBe(type);
  });

  test.runIf(availableElfRuntimes().includes('x86_64'))(
    'keeps every file in a shImg, which shows its icon',
    async () => {
      const { path } = await convert(sources.squashfs, 'out.AppImage', { type: 'shimg', updateInformation: UPDATES });
      expect(await filesOf(path)).toEqual(await filesOf(sources.squashfs));
      await using image = await openAppImage(path);
      expect(image).toMatchObject({ type: 'shimg', architectures: ['x86_64'], payload: { compression: 'lz4' } });
      const names = [...(image.shImg?.integrationZip?.icons ?? [])].map((icon) => icon.path.replace(/^.*\//, ''));
      expect(names).toEqual(expect.arrayContaining(['default.svg', '256.png']));
      expect((await describeAppImage(image)).updateInformation?.raw).toBe(UPDATES);
    },
  );

  test('writes with the compression, level and block size that were asked for', async () => {
    const options = { type: 'type-2', compression: 'gzip', level: 1, blockSize: 8192 } as const;
    const { path, payload } = await convert(sources.squashfs, 'out.AppImage', options);
    expect(payload.compression).toBe('gzip');
    await using image = await openAppImage(path);
    expect(image.payload).toMatchObject({ compression: 'gzip', blockSize: 8192, offset: fakeRuntime().length });
  });

  test('carries update information from type to type', async () => {
    const first = await convert(sources.squashfs, 'first.AppImage', { updateInformation: UPDATES });
    const second = await convert(first.path, 'second.AppImage', { type: 'type-1' });
    const third = await convert(second.path, 'third.AppImage', { type: 'type-2' });
    for (const { path, plan } of [first, second, third]) {
      expect(plan).toMatchObject({ updateInformation: UPDATES, notes: [] });
      await using image = await openAppImage(path);
      expect((await describeAppImage(image)).updateInformation?.raw).toBe(UPDATES);
    }
    expect(readFileSync(third.path)).toEqual(readFileSync(first.path));
  });

  test('tells of update information that has no room, and refuses it where it was asked for', async () => {
    const long = `zsync|https://example.org/${'x'.repeat(600)}`;
    const first = await convert(sources.squashfs, 'first.AppImage', { updateInformation: long });
    const { plan } = await convert(first.path, 'second.AppImage', { type: 'type-1' });
    expect(plan).toMatchObject({ updateInformation: null, notes: [{ code: 'update-information-dropped' }] });
    const asked = convert(sources.squashfs, 'third.AppImage', { type: 'type-1', updateInformation: long });
    await expect(asked).rejects.toMatchObject({ code: 'limit' });
  });

  test('checks update information that was asked for, not that of the input', async () => {
    const asked = convert(sources.squashfs, 'asked.AppImage', { updateInformation: 'bogus' });
    await expect(asked).rejects.toMatchObject({ code: 'malformed' });
    const { path, plan } = await convert(sources.squashfs, 'odd.AppImage', { updateInformation: 'carrier-pigeon|x' });
    expect(plan).toMatchObject({
      updateInformation: 'carrier-pigeon|x',
      notes: [{ code: 'update-information-problem' }],
    });
    const again = await convert(path, 'again.AppImage', {});
    expect(again.plan).toMatchObject({ updateInformation: 'carrier-pigeon|x', notes: [] });
  });

  test('drops a signature and says so', async () => {
    const { path } = await convert(sources.squashfs, 'first.AppImage');
    const signed = readFileSync(path);
    signed.write('-----BEGIN PGP SIGNATURE-----\n', 64 + 1024, 'latin1'); // .sha256_sig
    writeFileSync(path, signed);
    const { plan, path: second } = await convert(path, 'second.AppImage');
    expect(plan.notes).toMatchObject([{ code: 'signature-dropped' }]);
    await using image = await openAppImage(second);
    expect((await describeAppImage(image)).signature.state).toBe('unsigned');
  });

  test('keeps the way to mount that the old runtime was told', async () => {
    const sections = ['.upd_info', '.sha256_sig', '.mount_mode'];
    const withMode = writeFakeRuntime(join(folder, 'with-mode'), { sections });
    const { path } = await convert(sources.squashfs, 'first.AppImage', { runtimeFile: withMode });
    const image = readFileSync(path);
    image.write('extract', 64 + 2048, 'latin1');
    writeFileSync(path, image);
    const { plan } = await convert(path, 'second.AppImage', { runtimeFile: withMode });
    expect(plan.mount).toBe('extract');
    expect((await convert(path, 'third.AppImage')).plan.mount).toBeNull();
  });

  test('tells what it has no place for', async () => {
    const xattrs = new Map([['user.note', Uint8Array.of(1)]]);
    const input = await writeImage(join(folder, 'attributes'), richTree({ noted: file('x', { xattrs }) }));
    expect((await convert(input, 'first.AppImage', { type: 'type-2' })).plan.notes).toEqual([]);
    const { plan } = await convert(input, 'second.AppImage', { type: 'type-1' });
    expect(plan.notes).toMatchObject([{ code: 'attributes-dropped', message: expect.stringMatching(/^1 file has/) }]);
    const nothing = await writeImage(join(folder, 'nothing'), directory({ data: file('x') }));
    expect((await convert(nothing, 'third.AppImage')).plan.notes).toMatchObject([{ code: 'no-entry-point' }]);
  });

  test('finds out what an image runs on that does not say so', async () => {
    const program = file(fakeRuntime({ machine: 183 }), { mode: 0o755 });
    const input = await writeImage(join(folder, 'program'), richTree({ bin: directory({ program }) }));
    const arm = writeFakeRuntime(join(folder, 'arm'), { machine: 183 });
    const plan = await planConvertedAppImage({ input, output: join(folder, 'x'), runtimeFile: arm });
    expect(plan.architectures).toEqual(['aarch64']);
    const unknown = planConvertedAppImage({ input: sources.squashfs, output: join(folder, 'x'), runtimeFile });
    await expect(unknown).rejects.toThrow('it must be for one architecture, found none; say which');
  });

  test('gives the same bytes each time', async () => {
    const first = await convert(sources.iso9660, 'first.AppImage', { type: 'type-1' });
    const second = await convert(sources.iso9660, 'second.AppImage', { type: 'type-1' });
    expect(Buffer.compare(readFileSync(first.path), readFileSync(second.path))).toBe(0);
  });

  test('replaces its own input in one step, also by a symlink, and leaves nothing else', async () => {
    const own = temporaryFolder();
    const path = await writeImage(join(own, 'own.AppImage'), richTree());
    const before = await filesOf(path);
    symlinkSync('own.AppImage', join(own, 'link'));
    const input = join(own, 'link');
    await convertAppImage({ input, output: input, arch: 'x86_64', runtimeFile });
    expect(readdirSync(own).toSorted()).toEqual(['link', 'own.AppImage']);
    await using image = await openAppImage(path);
    expect(image.type).toBe('type-2');
    expect(await snapshot(image.files)).toEqual(before);
  });

  test('leaves the input, and no output, where it fails or is stopped', async () => {
    const own = temporaryFolder();
    const input = await writeImage(join(own, 'own.AppImage'), richTree());
    const bytes = readFileSync(input);
    const controller = new AbortController();
    const stopped = convertAppImage({
      input,
      output: join(own, 'new'),
      arch: 'x86_64',
      runtimeFile,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    const prose = directory({ AppRun: file('many words '.repeat(40_000), { mode: 0o755 }) });
    const damaged = readFileSync(await writeImage(join(own, 'damaged'), prose));
    damaged.fill(0xff, 120, 200);
    writeFileSync(join(own, 'damaged'), damaged);
    const failing = convertAppImage({
      input: join(own, 'damaged'),
      output: join(own, 'new'),
      arch: 'x86_64',
      runtimeFile,
    });
    await expect(failing).rejects.toMatchObject({ name: 'AppImageError' });
    expect(readdirSync(own).toSorted()).toEqual(['damaged', 'own.AppImage']);
    expect(readFileSync(input)).toEqual(bytes);
  });

  test('refuses a directory, a file that is no image and options that do not fit', async () => {
    const own = temporaryFolder();
    mkdirSync(join(own, 'App.AppDir'));
    await expect(convert(join(own, 'App.AppDir'), 'x')).rejects.toThrow('to make an image of an AppDir, build it');
    await expect(convert(join(own, 'missing'), 'x')).rejects.toMatchObject({ code: 'not-found' });
    await expect(convert(runtimeFile, 'x')).rejects.toMatchObject({ code: 'out-of-bounds' });
    const wrong = convert(sources.squashfs, 'x', { type: 'type-1', compression: 'zstd' });
    await expect(wrong).rejects.toThrow('compression must be zisofs or none in type-1, found zstd');
    await expect(convert(sources.squashfs, 'x', { arch: ['x86_64', 'i686'] })).rejects.toThrow(RangeError);
  });

  test('says beforehand what it would do, and writes nothing', async () => {
    const output = join(temporaryFolder(), 'out');
    const plan = await planConvertedAppImage({ input: sources.iso9660, output, arch: 'x86_64', runtimeFile });
    expect(plan).toMatchObject({
      output,
      type: 'type-2',
      payload: { kind: 'squashfs', compression: 'zstd', level: 15, blockSize: 131_072 },
      runtimeOnly: false,
    });
    expect(existsSync(output)).toBe(false);
  });

  testWith(['unsquashfs'], 'writes what unsquashfs reads, devices and owners included', async () => {
    const { path, payload } = await convert(sources.iso9660, 'out.AppImage', { type: 'type-2' });
    const { stdout } = await execa('unsquashfs', ['-lln', '-offset', String(payload.offset), path]);
    expect(stdout).toMatch(/^-rwsr-xr-x 12\/34 .*usr\/bin\/hello$/m);
    expect(stdout).toMatch(/^crw-rw-rw- 0\/0 .*1, *5 .*usr\/dev\/zero$/m);
  });
});
