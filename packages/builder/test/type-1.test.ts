import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bufferSource,
  describeAppImage,
  readElf,
  readEmbeddedIcons,
  readPayloadMethods,
  readSection,
} from '@appimage-js/format';
import { openAppImage } from '@appimage-js/format/node';
import { availableElfRuntimes, elfRuntime } from '@appimage-js/runtime-shim';
import { testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { buildAppImage } from '../src/index.ts';
import { fakeRuntime } from './fake-runtime.ts';
import { preparedBuild } from './prepared-build.ts';
import { fakeFirstStage, preparedType1 } from './prepared-type-1.ts';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
const UPDATES = 'zsync|https://example.org/hello.AppImage.zsync';

/** The numbers in the section that the first stage finds its runtime by. */
async function runtimePlace(file: Uint8Array) {
  const source = bufferSource(file);
  const place = await readSection(source, await readElf(source), '.runtime_place');
  const view = new DataView(place.buffer, place.byteOffset, place.length);
  return { offset: Number(view.getBigUint64(0, true)), length: Number(view.getBigUint64(8, true)) };
}

describe('an image of type 1', () => {
  test('begins with the first stage, which is told where the runtime is', async () => {
    const { options, output } = preparedType1();
    const built = await buildAppImage(options);
    const file = readFileSync(output);
    expect(built).toMatchObject({ size: file.length, payload: { offset: 0, compression: 'zisofs' } });
    expect(built.plan.firstStage).toMatchObject({ size: fakeFirstStage().length, hasIcon: false });
    expect([...file.subarray(0, 11)]).toEqual([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0x41, 0x49, 1]);
    const { offset, length } = await runtimePlace(file);
    expect(offset).toBe(built.payload.length);
    expect(new Uint8Array(file.subarray(offset, offset + length))).toEqual(fakeRuntime());
    expect(offset + length).toBe(file.length);
  });

  test('has update information in its descriptor, and digest and way to mount in the first stage', async () => {
    const { options, output } = preparedType1();
    const { payload } = await buildAppImage({ ...options, updateInformation: UPDATES, mount: 'extract' });
    const file = readFileSync(output);
    expect(file.toString('latin1', 33_651, 33_651 + UPDATES.length + 1)).toBe(`${UPDATES}\0`);
    const source = bufferSource(file);
    const elf = await readElf(source);
    const digest = createHash('sha256').update(file.subarray(32_768, payload.length)).digest();
    expect(Buffer.from((await readSection(source, elf, '.payload_sha256')).subarray(0, 32))).toEqual(digest);
    const mode = new TextDecoder().decode(await readSection(source, elf, '.mount_mode'));
    expect(mode.replace(/\0+$/, '')).toBe('extract');
  });

  test('is recognized, described and read', async () => {
    const changes = { 'hello.png': undefined, 'hello.svg': SVG, 'usr/share/prose': 'many words '.repeat(10_000) };
    const { options, output } = preparedType1(changes);
    await buildAppImage({ ...options, updateInformation: UPDATES });
    await using image = await openAppImage(output);
    expect(image).toMatchObject({ type: 'type-1', architectures: ['x86_64'] });
    expect(await describeAppImage(image)).toMatchObject({
      name: 'Hello World',
      entryPoint: 'AppRun',
      updateInformation: { raw: UPDATES },
      payload: { kind: 'iso9660', offset: 0, compression: 'zisofs', blockSize: 131_072 },
      problems: [],
    });
  });

  test('has the icon of the application for file managers', async () => {
    const { options, output } = preparedType1({ 'hello.png': undefined, 'hello.svg': SVG });
    const { plan } = await buildAppImage(options);
    expect(plan.firstStage?.hasIcon).toBe(true);
    const source = bufferSource(readFileSync(output));
    const [icon] = await readEmbeddedIcons(source, await readElf(source));
    expect(icon).toMatchObject({ kind: 'png', size: 48 });
    expect([...(icon?.bytes.subarray(0, 4) ?? [])]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect((await runtimePlace(readFileSync(output))).offset).toBeGreaterThan(32_768);
  });

  test('is the same, byte for byte, when it is built again', async () => {
    const { options, output } = preparedType1({ 'hello.png': undefined, 'hello.svg': SVG });
    await buildAppImage(options);
    const first = readFileSync(output);
    await buildAppImage({ ...options, output: `${output}.again` });
    expect(Buffer.compare(readFileSync(`${output}.again`), first)).toBe(0);
  });

  test('is not compressed where that is asked for', async () => {
    const { options, output } = preparedType1({ 'usr/share/prose': 'many words '.repeat(10_000) });
    await buildAppImage({ ...options, compression: 'none' });
    expect(readFileSync(output).includes('many words many words')).toBe(true);
    await buildAppImage(options);
    expect(readFileSync(output).includes('many words many words')).toBe(false);
  });

  test('can not be signed, and has room for 512 bytes of update information', async () => {
    const { options } = preparedType1();
    const signer = { sign: async () => ({ signature: '', publicKey: '' }) } as unknown as NonNullable<
      typeof options.signer
    >;
    await expect(buildAppImage({ ...options, signer })).rejects.toMatchObject({ code: 'unsupported' });
    const updateInformation = `zsync|https://example.org/${'x'.repeat(512)}`;
    await expect(buildAppImage({ ...options, updateInformation })).rejects.toMatchObject({
      code: 'limit',
      message: expect.stringContaining('at most 512 bytes'),
    });
  });

  test('needs a first stage that is one, for its architecture', async () => {
    const { options, folder } = preparedType1();
    const firstStageFile = join(folder, 'other');
    const refused = async (bytes: Uint8Array, message: string) => {
      writeFileSync(firstStageFile, bytes);
      const building = buildAppImage({ ...options, firstStageFile });
      await expect(building).rejects.toMatchObject({ code: 'malformed', message: expect.stringContaining(message) });
    };
    await refused(fakeRuntime({ sections: [] }), 'it must have the section .runtime_place');
    await refused(fakeRuntime({ sections: ['.runtime_place'], machine: 183 }), 'it must be for x86_64, found aarch64');
    await refused(new Uint8Array(40_000), 'it must have at most 32768 bytes, found 40000');
  });
});

const TREE = {
  'usr/share/prose': 'many words '.repeat(50_000),
  'usr/share/noise': new Uint8Array(300_000).map((_, index) => (index * index * 31) % 251),
  'usr/share/empty': '',
  'usr/share/a name with spaces, UPPER case and a rather long end of it.txt': 'x',
  'usr/share/link': { link: '../bin/hello' },
  'usr/lib/nothing': null,
} as const;

async function expectSame(appDir: string, extracted: string): Promise<void> {
  const args = ['--recursive', '--no-dereference', '--exclude=*.desktop', appDir, extracted];
  const { stdout } = await execa('diff', args, { reject: false });
  // The image has what the builder adds to its root, besides.
  const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith(`Only in ${extracted}: `));
  expect(lines).toEqual([]);
}

describe('others read an image of type 1', () => {
  const built = async () => {
    const prepared = preparedType1(TREE);
    linkSync(join(prepared.appDir, 'usr/bin/hello'), join(prepared.appDir, 'usr/bin/same'));
    await buildAppImage(prepared.options);
    return { ...prepared, extracted: join(prepared.folder, 'extracted') };
  };

  testWith(['xorriso'], 'xorriso, which decompresses', async () => {
    const { appDir, output, extracted } = await built();
    await execa('xorriso', ['-osirrox', 'on', '-indev', output, '-extract', '/', extracted]);
    await expectSame(appDir, extracted);
  });

  testWith(['isoinfo'], 'isoinfo, which lists', async () => {
    const { output } = await built();
    const { stdout } = await execa('isoinfo', ['-R', '-f', '-i', output]);
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        '/AppRun',
        '/usr/bin/hello',
        '/usr/share/a name with spaces, UPPER case and a rather long end of it.txt',
      ]),
    );
    const descriptor = await execa('isoinfo', ['-d', '-i', output]);
    expect(descriptor.stdout).toContain('Volume id: Hello World\n');
  });

  testWith(['fuseiso'], 'fuseiso, which mounts', async () => {
    const { appDir, output, extracted } = await built();
    mkdirSync(extracted);
    await execa('fuseiso', [output, extracted]);
    try {
      await expectSame(appDir, extracted);
    } finally {
      await execa('fusermount', ['-u', extracted]);
    }
  });

  testWith(['readelf'], 'readelf and file', async () => {
    const { output } = await built();
    const { stderr, stdout } = await execa('readelf', ['--wide', '--headers', output]);
    expect(stderr).toBe('');
    expect(stdout).toContain('.runtime_place');
    expect((await execa('file', ['--brief', output])).stdout).toMatch(/^ELF 64-bit LSB .*x86-64/);
  });
});

/** Whether the runtime of this toolkit was built, and reads such images. */
async function startsType1(): Promise<boolean> {
  if (process.platform !== 'linux' || process.arch !== 'x64' || !availableElfRuntimes().includes('x86_64'))
    return false;
  const source = bufferSource(await elfRuntime('x86_64'));
  return (await readPayloadMethods(source, await readElf(source)))?.includes('iso9660') ?? false;
}

test.runIf(await startsType1())('starts the application with the programs that come along', async () => {
  const { options, output, folder } = preparedBuild(TREE);
  const { runtimeFile: _, ...rest } = options;
  await buildAppImage({ ...rest, type: 'type-1' });
  const env = { XDG_CACHE_HOME: join(folder, 'cache'), TMPDIR: folder };
  for (const way of ['auto', 'extract']) {
    const started = await execa(output, ['a b', '*'], { env: { ...env, APPIMAGE_MOUNT: way }, reject: false });
    expect({ way, stdout: started.stdout, status: started.exitCode }).toEqual({
      way,
      stdout: '[a b]\n[*]',
      status: 42,
    });
  }
});
