import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { bufferSource, openAppImage, readShImg, readWholeFile } from '@appimage-js/format';
import { availableElfRuntimes } from '@appimage-js/runtime-shim';
import { describeWith, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { type BuildOptions, buildAppImage, planAppImage } from '../src/index.ts';
import { elfProgram } from './fake-runtime.ts';
import { makeAppDir, PROGRAM, type TreeEntry } from './make-tree.ts';

const UPDATES = 'zsync|https://example.org/hello.AppImage.zsync';
const METAINFO = '<component type="desktop-application"><id>hello</id></component>';

/** A picture of one color. */
function png(size: number): Uint8Array {
  const chunk = (type: string, content: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crcOf(body));
    return Buffer.concat([length, body, checksum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 0], 8);
  const pixels = deflateSync(Buffer.alloc(size * (size + 1)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat(parts));
}

function crcOf(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}

const TREE: Readonly<Record<string, TreeEntry>> = {
  AppRun: PROGRAM,
  'hello.png': png(256),
  'usr/share/icons/hicolor/48x48/apps/hello.png': png(48),
  'usr/share/icons/hicolor/100x100/apps/hello.png': png(100),
  'usr/share/metainfo/other.metainfo.xml': '<component/>',
  'usr/share/metainfo/hello.metainfo.xml': METAINFO,
};

const WITHOUT_ICONS = {
  'hello.png': undefined,
  'usr/share/icons/hicolor/48x48/apps/hello.png': undefined,
  'usr/share/icons/hicolor/100x100/apps/hello.png': undefined,
};

function prepared(changes: Readonly<Record<string, TreeEntry | undefined>> = {}): BuildOptions & { output: string } {
  const folder = temporaryFolder();
  const appDir = makeAppDir(join(folder, 'app'), { ...TREE, ...changes });
  return { type: 'shimg', appDir, arch: 'x86_64', output: join(folder, 'hello.AppImage'), updateInformation: UPDATES };
}

const hasRuntime = { name: 'the native runtime', isThere: availableElfRuntimes().includes('x86_64') };

describeWith([hasRuntime], 'a shImg', () => {
  test('is read as one, with all that its zip has', async () => {
    const { path } = await buildAppImage(prepared());
    const source = bufferSource(new Uint8Array(readFileSync(path)));
    const { header, payload, integrationZip, problems } = await readShImg(source);
    expect(header).toMatchObject({ imageType: 'squashfs', imageCompression: 'lz4', containsIntegrationZip: true });
    expect({ architectures: header.architectures, kind: payload.kind, problems }).toEqual({
      architectures: ['x86_64'],
      kind: 'squashfs',
      problems: [],
    });
    expect(await integrationZip?.readUpdateInformation()).toBe(UPDATES);
    expect(integrationZip?.icons.map(({ size }) => size)).toEqual([null, 48, 256]);
    const metainfo = integrationZip?.metainfo;
    if (integrationZip === undefined || metainfo === undefined) throw new Error('there must be metadata');
    const text = await readWholeFile(integrationZip.files, metainfo, { maximumLength: 1000 });
    expect(new TextDecoder().decode(text)).toBe(METAINFO);
  });

  test('is opened and listed as every AppImage', async () => {
    const { path } = await buildAppImage({ ...prepared(), version: '1.2' });
    const image = await openAppImage(bufferSource(new Uint8Array(readFileSync(path))));
    expect(image.type).toBe('shimg');
    expect((await image.files.readDirectory('')).map(({ path }) => path)).toContain('AppRun');
  });

  test('has no place for an MD5 digest', async () => {
    await expect(planAppImage({ ...prepared(), digestMd5: true })).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('has the same bytes each time', async () => {
    const hashes = await Promise.all(
      [prepared(), prepared()].map(async (options) => {
        const { path } = await buildAppImage(options);
        return createHash('sha256').update(readFileSync(path)).digest('hex');
      }),
    );
    expect(hashes[0]).toBe(hashes[1]);
  });

  testWith(['unzip'], 'is a zip archive for Info-ZIP', async () => {
    const { path } = await buildAppImage(prepared());
    const listed = run('unzip', ['-l', path]);
    expect(listed).toContain('.APPIMAGE_RESOURCES/icon/256.png');
    expect(run('unzip', ['-t', path])).toContain('No errors detected');
    expect(run('unzip', ['-p', path, '.APPIMAGE_RESOURCES/update_info'])).toContain(`\n${UPDATES}\n`);
  });

  testWith(['unsquashfs'], 'has a payload where --appimage-offset says', async () => {
    const { path } = await buildAppImage(prepared());
    const offset = run('sh', [path, '--appimage-offset']).trim();
    expect(run('unsquashfs', ['-s', '-o', offset, path])).toContain('Compression lz4');
  });

  test('answers with its update information', async () => {
    const { path } = await buildAppImage(prepared());
    expect(run('sh', [path, '--appimage-updateinformation'])).toBe(`${UPDATES}\n`);
  });

  test('takes other compressions', async () => {
    const { path } = await buildAppImage({ ...prepared(), compression: 'gzip', level: 1 });
    const { header } = await readShImg(bufferSource(new Uint8Array(readFileSync(path))));
    expect(header.imageCompression).toBe('gzip');
  });

  test('takes no other runtime', async () => {
    await expect(planAppImage({ ...prepared(), runtimeFile: '/bin/sh' })).rejects.toThrow(RangeError);
  });

  test.each<[string, Record<string, TreeEntry>]>([
    [
      'SVG',
      { 'hello.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5"><path d="M0 0h9v9z"/></svg>' },
    ],
    ['XPM', { 'hello.xpm': '/* XPM */\nchar*x[]={"1 1 1 1",". c red","."};' }],
    ['a small PNG', { 'hello.png': png(48) }],
  ])('gets an icon for thumbnails drawn from %s', async (_, icon) => {
    const { path, plan } = await buildAppImage(prepared({ ...WITHOUT_ICONS, ...icon }));
    expect(plan.warnings).toEqual([]);
    const { integrationZip } = await readShImg(bufferSource(new Uint8Array(readFileSync(path))));
    const icons = integrationZip?.icons ?? [];
    expect(icons.map(({ size }) => size)).toContain(256);
    expect(icons[0]).toMatchObject({ size: null });
  });

  test('warns where it has no icon for thumbnails, as the one that there is can not be drawn', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><path>';
    const { warnings } = await planAppImage(prepared({ ...WITHOUT_ICONS, 'hello.svg': svg }));
    expect(warnings.map(({ code, path }) => ({ code, path }))).toEqual([
      { code: 'icon-not-rendered', path: 'hello.svg' },
      { code: 'no-icon-for-thumbnails', path: 'hello.svg' },
    ]);
  });

  test('needs an icon that is a picture in PNG or SVG', async () => {
    const changes = {
      'hello.png': undefined,
      'hello.xpm': '/* XPM */',
      'usr/share/icons/hicolor/48x48/apps/hello.png': undefined,
    };
    const options = prepared({ ...changes, 'usr/share/icons/hicolor/100x100/apps/hello.png': undefined });
    await expect(planAppImage(options)).rejects.toMatchObject({ code: 'malformed' });
  });
});

const forTwo = { name: 'native runtimes for two architectures', isThere: availableElfRuntimes().includes('aarch64') };

describeWith([hasRuntime, forTwo], 'a shImg for two architectures', () => {
  test('has a helper for each, and a name that says so', async () => {
    const { output: _, ...options } = prepared({
      AppRun: undefined,
      'AppRun.x86_64': elfProgram(62),
      'AppRun.aarch64': elfProgram(183),
    });
    const plan = await planAppImage({ ...options, arch: undefined });
    expect(plan.architectures).toEqual(['x86_64', 'aarch64']);
    expect(plan.output).toMatch(/Hello_World-x86_64-aarch64\.AppImage$/);
    expect(plan.madeExecutable).toEqual(['AppRun.x86_64', 'AppRun.aarch64']);
    expect(plan.warnings.filter(({ code }) => code === 'app-run-for-one-architecture')).toEqual([]);
  });

  test('warns of an AppRun that one of them cannot start', async () => {
    const { warnings } = await planAppImage({ ...prepared({ AppRun: elfProgram(62) }), arch: ['x86_64', 'aarch64'] });
    expect(warnings.map(({ code }) => code)).toContain('app-run-for-one-architecture');
  });
});

describe('an image of type 2', () => {
  test('is for one architecture', async () => {
    const options = { ...prepared(), type: 'type-2', arch: ['x86_64', 'aarch64'] } as const;
    await expect(planAppImage(options)).rejects.toThrow(/one architecture/);
  });
});
