import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeWith, temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { describeAppImage, openAppImage as openPortableAppImage } from '../../src/appimage/index.ts';
import { serializeAppImageMagic } from '../../src/elf/index.ts';
import type { InputDirectory } from '../../src/filesystem/input-tree.ts';
import { memorySink } from '../../src/io/byte-sink.ts';
import { writeIso9660 } from '../../src/iso9660/write/write-iso9660.ts';
import { nodeCompressor } from '../../src/node/codecs.ts';
import { openAppImage } from '../../src/node/open-appimage.ts';
import { makeDwarfs } from '../dwarfs/make-dwarfs.ts';
import { makeElf } from '../elf/make-elf.ts';
import { integrationFiles, makeShImg } from '../shimg/make-shimg.ts';
import { png } from '../support/icons.ts';
import { makeAppImage } from '../support/make-appimage.ts';
import { answerRange, startServer } from '../support/range-server.ts';
import { collect, directory, file, prose } from '../support/trees.ts';

const UPDATES = 'gh-releases-zsync|owner|repo|latest|App-*x86_64.AppImage.zsync';
const TEXT = prose(200_000);

function application(): InputDirectory {
  return directory({
    AppRun: file('#!/bin/sh\n', { mode: 0o755 }),
    'app.desktop': file('[Desktop Entry]\nType=Application\nName=App\nIcon=app\nX-AppImage-Version=7\n'),
    'app.png': file(png(256, 256)),
    text: file(TEXT),
  });
}

/** An ISO 9660 image whose first 32 KiB are a program. */
async function type1(): Promise<Uint8Array> {
  const systemArea = makeElf();
  systemArea.set(serializeAppImageMagic(1), 8);
  const sink = memorySink();
  const applicationUse = new TextEncoder().encode(UPDATES);
  await writeIso9660({ root: application(), sink, compressor: nodeCompressor('gzip'), systemArea, applicationUse });
  return sink.bytes.slice();
}

const type2 = () => makeAppImage({ root: application(), updateInformation: UPDATES });

describe.each([
  [
    'type 1',
    type1,
    { type: 'type-1', payload: { kind: 'iso9660', offset: 0, compression: 'zisofs', blockSize: 131_072 } },
  ],
  ['type 2', type2, { type: 'type-2', payload: { kind: 'squashfs', compression: 'zstd', blockSize: 131_072 } }],
])('an AppImage of %s', (_, make, expected) => {
  const description = {
    ...expected,
    architectures: ['x86_64'],
    name: 'App',
    version: '7',
    desktopEntry: 'app.desktop',
    icon: { path: 'app.png', width: 256, height: 256 },
    entryPoint: 'AppRun',
    updateInformation: { raw: UPDATES, transport: 'gh-releases-zsync' },
    runtime: { linkage: 'static' },
    problems: [],
  };

  async function check(image: Awaited<ReturnType<typeof openAppImage>>) {
    expect(await describeAppImage(image)).toMatchObject(description);
    expect(Buffer.compare(await collect(image.files.readFile('text')), TEXT)).toBe(0);
  }

  test('is read from bytes and from a Blob, by portable means alone', async () => {
    const bytes = await make();
    for (const input of [bytes, bytes.slice().buffer, new Blob([bytes.slice()])]) {
      await using image = await openPortableAppImage(input);
      await check(image);
    }
  });

  test('is read from a path and from the URL of a file', async () => {
    const path = join(temporaryFolder(), 'a b.AppImage');
    writeFileSync(path, await make());
    for (const input of [path, pathToFileURL(path)]) {
      await using image = await openAppImage(input);
      await check(image);
    }
  });

  test('is read from a server by ranges', async () => {
    const content = await make();
    const server = await startServer((request, response) => answerRange(request, response, { content }));
    for (const input of [server.url.href, server.url]) {
      await using image = await openAppImage(input);
      await check(image);
      expect(image.source.transfer?.requests).toBeGreaterThan(0);
    }
  });
});

describeWith(['mksquashfs', 'zip'], 'a shImg', () => {
  test('has what its script, its image and its zip say', async () => {
    const { path, payloadOffset } = makeShImg(temporaryFolder(), { compression: 'lz4', zip: 'adjusted' });
    await using image = await openAppImage(path);
    expect(await describeAppImage(image)).toMatchObject({
      type: 'shimg',
      architectures: ['x86_64', 'aarch64'],
      payload: { kind: 'squashfs', offset: payloadOffset, compression: 'lz4' },
      name: 'Test',
      desktopEntry: 'test.desktop',
      updateInformation: { transport: 'gh-releases-zsync' },
      signature: { state: 'no-key' },
      runtime: { linkage: 'script', interpreter: '/bin/sh' },
    });
  });
});

describeWith(['zip'], 'a shImg whose image can not be read', () => {
  test('has what its zip says', async () => {
    const metainfo = '<component type="desktop-application"><id>org.example.App</id></component>';
    const zipFiles = { ...integrationFiles(), metainfo, 'icon/256.png': png(256, 256) };
    const { path } = makeShImg(temporaryFolder(), { payload: await makeDwarfs(), payloadKind: 'dwarfs', zipFiles });
    const image = await openPortableAppImage(readFileSync(path));
    expect(await describeAppImage(image)).toMatchObject({
      payload: { kind: 'dwarfs' },
      name: 'Test',
      desktopEntry: '.APPIMAGE_RESOURCES/desktop_entry',
      icon: { path: '.APPIMAGE_RESOURCES/icon/256.png', format: 'png', width: 256, height: 256 },
      appStream: { path: '.APPIMAGE_RESOURCES/metainfo', id: 'org.example.App' },
      problems: [{ part: 'payload', code: 'unsupported' }],
    });
  });
});

describe('an AppImage with DwarFS', () => {
  test('is described, and says what its files need where that is missing', async () => {
    const payload = await makeDwarfs();
    const image = await openPortableAppImage(await makeAppImage({ payload }));
    expect(await describeAppImage(image)).toMatchObject({
      type: 'type-2',
      payload: { kind: 'dwarfs', version: '2.5', compression: expect.any(String), length: payload.length },
      problems: [{ part: 'payload', code: 'unsupported', message: expect.stringContaining('dwarfsextract') }],
    });
    await expect(image.files.stat('')).rejects.toMatchObject({ code: 'unsupported' });
  });
});
