import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bufferSource, describeAppImage, readElf, readPayloadMethods } from '@appimage-js/format';
import { openAppImage } from '@appimage-js/format/node';
import { availableElfRuntimes, elfRuntime } from '@appimage-js/runtime-shim';
import { sharedFolder, temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { type ConvertOptions, convertAppImage } from '../../src/index.ts';
import { fakeRuntime, writeFakeRuntime } from '../fake-runtime.ts';
import { makeAppDir, PROGRAM } from '../make-tree.ts';
import { fakeFirstStage } from '../prepared-type-1.ts';
import { richTree, snapshot, writeImage } from './sources.ts';

const UPDATES = 'zsync|https://example.org/hello.AppImage.zsync';
const folder = sharedFolder();
const runtimeFile = writeFakeRuntime(join(folder, 'runtime'));
const firstStageFile = join(folder, 'first-stage');
writeFileSync(firstStageFile, fakeFirstStage());

const renew = async (input: string, options: Partial<ConvertOptions> = {}) => {
  const output = join(temporaryFolder(), 'out.AppImage');
  return await convertAppImage({
    input,
    output,
    runtimeOnly: true,
    arch: 'x86_64',
    runtimeFile,
    firstStageFile,
    ...options,
  });
};

/** What the runtime of this toolkit reads. */
async function methodsOf(): Promise<readonly string[]> {
  const source = bufferSource(await elfRuntime('x86_64'));
  return (await readPayloadMethods(source, await readElf(source))) ?? [];
}

/** An image with a runtime of another length before its payload, which is compressed by xz. */
async function oldType2(behind: Uint8Array = new Uint8Array(0)): Promise<{ path: string; payload: Uint8Array }> {
  const payload = readFileSync(await writeImage(join(folder, 'payload'), richTree(), { compression: 'xz' }));
  const sections = ['.upd_info', '.sha256_sig', '.more', '.room'];
  const runtime = fakeRuntime({ sections });
  runtime.set(new TextEncoder().encode(UPDATES), 64);
  const path = join(temporaryFolder(), 'old.AppImage');
  writeFileSync(path, Buffer.concat([runtime, payload, behind]));
  return { path, payload };
}

describe('a conversion of the runtime only', () => {
  test('leaves every byte of a SquashFS payload, and the update information', async () => {
    const { path, payload } = await oldType2();
    const renewed = await renew(path);
    const file = readFileSync(renewed.path);
    expect(Buffer.compare(file.subarray(fakeRuntime().length), payload)).toBe(0);
    expect(renewed).toMatchObject({
      size: file.length,
      payload: { offset: fakeRuntime().length, length: payload.length, compression: 'xz' },
      plan: { runtimeOnly: true, updateInformation: UPDATES, payload: { level: null, blockSize: 131_072 }, notes: [] },
    });
    await using image = await openAppImage(renewed.path);
    expect((await describeAppImage(image)).updateInformation?.raw).toBe(UPDATES);
  });

  test('tells of what lies behind the payload, and leaves it out', async () => {
    const { path } = await oldType2(new TextEncoder().encode('a block map of another builder'));
    const { plan, size } = await renew(path);
    expect(plan.notes).toMatchObject([{ code: 'appended-data-dropped', message: expect.stringMatching(/^30 bytes/) }]);
    expect(size).toBe((await renew((await oldType2()).path)).size);
  });

  test('refuses a payload that the new runtime says it can not read', async () => {
    const { path } = await oldType2();
    const sections = ['.upd_info', '.sha256_sig', '.payload_methods'];
    const choosy = fakeRuntime({ sections });
    choosy.set(new TextEncoder().encode('gzip zstd'), 64 + 2048);
    const choosyFile = join(folder, 'choosy');
    writeFileSync(choosyFile, choosy);
    await expect(renew(path, { runtimeFile: choosyFile })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('the runtime must read xz, found one that reads gzip, zstd'),
    });
  });

  test('gives a bare image of either file system a runtime', async () => {
    const squashfs = await writeImage(join(folder, 'bare.squashfs'), richTree());
    expect((await renew(squashfs)).plan.type).toBe('type-2');
    const iso = await writeImage(join(folder, 'bare.iso'), richTree(), { kind: 'iso9660' });
    const { path, plan } = await renew(iso);
    expect(plan.type).toBe('type-1');
    const [before, after] = [readFileSync(iso), readFileSync(path)];
    expect(Buffer.compare(after.subarray(32_768, before.length), before.subarray(32_768))).toBe(0);
    await using image = await openAppImage(path);
    await using old = await openAppImage(iso);
    expect(image.type).toBe('type-1');
    expect(await snapshot(image.files)).toEqual(await snapshot(old.files));
  });

  test('takes the runtime of an earlier time out of type 1 again', async () => {
    const iso = await writeImage(join(folder, 'again.iso'), richTree(), { kind: 'iso9660' });
    const first = await renew(iso, { updateInformation: UPDATES });
    const second = await renew(first.path);
    expect(readFileSync(second.path)).toEqual(readFileSync(first.path));
    expect(second.plan.updateInformation).toBe(UPDATES);
  });

  test('keeps what lies behind the volume of a type 1 image from elsewhere', async () => {
    const iso = await writeImage(join(folder, 'behind.iso'), richTree(), { kind: 'iso9660' });
    const old = Buffer.concat([readFileSync(iso), Buffer.alloc(5000, 'x')]);
    old.set(fakeRuntime({ sections: [] }));
    old.set([0x41, 0x49, 1], 8);
    writeFileSync(iso, old);
    const { path } = await renew(iso);
    const file = readFileSync(path);
    expect(Buffer.compare(file.subarray(32_768, old.length), old.subarray(32_768))).toBe(0);
  });

  test('changes nothing about the payload, and can not be asked to', async () => {
    const { path } = await oldType2();
    await expect(renew(path, { compression: 'zstd' })).rejects.toThrow(RangeError);
    await expect(renew(path, { level: 1 })).rejects.toThrow('must not be given where the payload stays as it is');
    await expect(renew(path, { type: 'type-1' })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('it must be ISO 9660, found squashfs'),
    });
  });

  const starts = process.platform === 'linux' && process.arch === 'x64' && availableElfRuntimes().includes('x86_64');
  test.runIf(starts)('makes an image start again whose runtime asks for a library that is gone', async () => {
    const { path } = await oldType2();
    const own = temporaryFolder();
    const { path: renewed } = await renew(path, { runtimeFile: undefined, output: join(own, 'renewed') });
    expect(await methodsOf()).toContain('xz');
    const { exitCode } = await execa(renewed, [], {
      env: { APPIMAGE_MOUNT: 'extract', XDG_CACHE_HOME: own },
      reject: false,
    });
    expect(exitCode).toBe(0);
  });

  testWith(
    ['xorriso'],
    'makes an old image of type 1 start again, with its file system as xorriso wrote it',
    async () => {
      const readsType1 = starts && (await methodsOf()).includes('iso9660');
      const own = temporaryFolder();
      const appDir = makeAppDir(join(own, 'app'), { AppRun: PROGRAM, 'usr/share/prose': 'many words '.repeat(10_000) });
      const old = join(own, 'old.AppImage');
      await execa('xorriso', ['-outdev', old, '-map', appDir, '/', '-set_filter_r', '--zisofs', '/', '--', '-commit']);
      const bytes = readFileSync(old);
      bytes.set(fakeRuntime({ sections: [] }));
      bytes.set([0x41, 0x49, 1], 8);
      bytes.write(UPDATES, 33_651, 'latin1');
      writeFileSync(old, bytes);
      const programs = readsType1 ? { runtimeFile: undefined, firstStageFile: undefined } : {};
      const { path, plan } = await renew(old, { arch: undefined, ...programs });
      expect(plan).toMatchObject({ type: 'type-1', architectures: ['x86_64'], updateInformation: UPDATES, notes: [] });
      expect(Buffer.compare(readFileSync(path).subarray(32_768, bytes.length), bytes.subarray(32_768))).toBe(0);
      const extracted = join(own, 'extracted');
      await execa('xorriso', ['-osirrox', 'on', '-indev', path, '-extract', '/', extracted]);
      await execa('diff', ['--recursive', '--no-dereference', appDir, extracted]);
      if (!readsType1) return;
      const started = await execa(path, ['a b'], { env: { XDG_CACHE_HOME: own, TMPDIR: own }, reject: false });
      expect({ stdout: started.stdout, status: started.exitCode }).toEqual({ stdout: '[a b]', status: 42 });
      await execa(path, ['--appimage-verify']);
    },
  );

  testWith(['unsquashfs'], 'leaves what unsquashfs reads', async () => {
    const { path, payload } = await renew((await oldType2()).path);
    const { stdout } = await execa('unsquashfs', ['-s', '-offset', String(payload.offset), path]);
    expect(stdout).toContain('Compression xz');
  });
});
