import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describeWith, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ByteSource, bufferSource, windowSource } from '../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../src/node/codecs.ts';
import { openFileSource } from '../../src/node/file-source.ts';
import { type IntegrationZip, openIntegrationZip } from '../../src/shimg/integration-zip.ts';
import { readShImg, type ShImg } from '../../src/shimg/read-shimg.ts';
import { openSquashfs } from '../../src/squashfs/read/open-squashfs.ts';
import { faultySource, smallImage } from '../support/hostile.ts';
import { makeAppImage } from '../support/make-appimage.ts';
import { collect, directory, file, noise, prose } from '../support/trees.ts';
import { makeZip } from '../zip/make-zip.ts';
import { appendZip, integrationFiles, makeShImg, UPDATE_INFORMATION } from './make-shimg.ts';

async function read(path: string): Promise<ShImg & { readonly source: ByteSource }> {
  const source = await openFileSource(path);
  onTestFinished(() => source.close());
  return { ...(await readShImg(source)), source };
}

describeWith(['mksquashfs', 'zip', 'sh'], 'a shImg', () => {
  for (const compression of ['gzip', 'zstd', 'lz4'] as const) {
    for (const zip of ['none', 'appended', 'adjusted'] as const) {
      test(`with ${compression} and a zip that is ${zip} is taken apart`, async () => {
        const made = makeShImg(temporaryFolder(), { compression, zip });
        const { header, payload, integrationZip, source } = await read(made.path);
        expect(payload).toEqual({ kind: 'squashfs', offset: made.payloadOffset, length: made.payloadLength });
        expect(header).toMatchObject({
          imageType: 'squashfs',
          imageCompression: compression,
          architectures: ['x86_64', 'aarch64'],
          containsIntegrationZip: false,
          version: '0.4.1',
        });
        expect(integrationZip === undefined).toBe(zip === 'none');
        for (const { architecture, offset, length } of header.helpers) {
          const { content } = made.helpers[architecture] as { content: string };
          expect(gunzipSync(await source.read(offset, length)).toString()).toBe(content);
        }
        const image = windowSource(source, payload.offset, payload.length);
        if (compression === 'lz4') return;
        const files = await openSquashfs(image, { decompressors: nodeDecompressors });
        expect(Buffer.compare(await collect(files.readFile('usr/bin/test')), prose(300_000))).toBe(0);
      });
    }
  }

  test('agrees with what its own script says when it is run', async () => {
    const { path } = makeShImg(temporaryFolder());
    const { header, payload, integrationZip } = await read(path);
    const ask = (option: string) => run('sh', [path, option]).trim();
    expect(Number.parseInt(ask('--appimage-offset'), 10)).toBe(payload.offset);
    expect(ask('--appimage-version')).toBe(header.version);
    expect(ask('--appimage-updateinfo')).toBe(await integrationZip?.readUpdateInformation());
    expect(ask('--appimage-helper')).toBe('mounts on x86_64');
  });

  test('has its image where unsquashfs finds it', async () => {
    const folder = temporaryFolder();
    const { path } = makeShImg(folder, { compression: 'lz4' });
    const { payload } = await read(path);
    run('unsquashfs', ['-quiet', '-no-progress', '-o', `${payload.offset}`, '-d', join(folder, 'out'), path]);
    expect(Buffer.compare(readFileSync(join(folder, 'out/usr/bin/test')), prose(300_000))).toBe(0);
  });

  test.each([
    ['counts from one', 1],
    ['counts one too few', -1],
  ])('whose script %s is read', async (_, error) => {
    const made = makeShImg(temporaryFolder(), { error });
    expect((await read(made.path)).payload.offset).toBe(made.payloadOffset);
  });

  test('whose script is wrong by more is malformed', async () => {
    const { path } = makeShImg(temporaryFolder(), { error: 2 });
    await expect(read(path)).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining('neither at'),
    });
  });

  test('with a DwarFS image is recognized', async () => {
    const payload = Buffer.concat([Buffer.from('DWARFS\x02\x05'), noise(5000)]);
    const made = makeShImg(temporaryFolder(), { payload, payloadKind: 'dwarfs' });
    expect((await read(made.path)).payload).toEqual({ kind: 'dwarfs', offset: made.payloadOffset, length: 5008 });
  });

  test('costs three or four reads', async () => {
    const { path } = makeShImg(temporaryFolder());
    const source = faultySource(bufferSource(readFileSync(path)), 0, new Error('never'));
    await readShImg(source);
    expect(source.reads).toBeLessThanOrEqual(4);
  });
});

describeWith(['zip'], 'an integration zip', () => {
  const behind = (content: Uint8Array, recipe: Parameters<typeof appendZip>[2] = {}): ByteSource => {
    const folder = temporaryFolder();
    const path = join(folder, 'file');
    writeFileSync(path, content);
    appendZip(folder, path, recipe);
    return bufferSource(readFileSync(path));
  };

  test('is seen as what is in it', async () => {
    const zip = await openIntegrationZip(behind(noise(100_000)));
    expect(zip?.files.start).toBe(100_000);
    expect(zip?.desktopEntry?.path).toBe('.APPIMAGE_RESOURCES/desktop_entry');
    expect(zip?.metainfo?.path).toBe('.APPIMAGE_RESOURCES/metainfo');
    expect(zip?.signature?.path).toBe('.APPIMAGE_RESOURCES/signature');
    expect(zip?.icons).toEqual([
      { path: '.APPIMAGE_RESOURCES/icon/default.svg', size: null },
      { path: '.APPIMAGE_RESOURCES/icon/16.png', size: 16 },
      { path: '.APPIMAGE_RESOURCES/icon/256.png', size: 256 },
    ]);
    expect(await zip?.readUpdateInformation()).toBe(UPDATE_INFORMATION);
    const icon = zip?.icons[2]?.path as string;
    expect(Buffer.compare(await collect((zip as IntegrationZip).files.readFile(icon)), noise(300, 1))).toBe(0);
  });

  test('is found with the published misspelling and early names', async () => {
    const { update_info: updateInfo = '', ...files } = integrationFiles();
    const zip = await openIntegrationZip(
      behind(noise(10), { zipFiles: { destop_entry: 'misspelled', updInfo: updateInfo, ...without(files) } }),
    );
    expect(zip?.desktopEntry?.path).toBe('.APPIMAGE_RESOURCES/destop_entry');
    expect(await zip?.readUpdateInformation()).toBe(UPDATE_INFORMATION);
  });

  test('may have next to nothing in it', async () => {
    const zip = await openIntegrationZip(behind(noise(10), { zipFiles: { other: 'x' } }));
    expect(zip).toMatchObject({ desktopEntry: undefined, metainfo: undefined, signature: undefined, icons: [] });
    expect(await zip?.readUpdateInformation()).toBeUndefined();
  });

  test('is found at the end of an AppImage of type 2', async () => {
    const appImage = await makeAppImage({ root: directory({ AppRun: file('x') }) });
    const source = behind(appImage);
    expect((await openIntegrationZip(source))?.files.start).toBe(appImage.length);
    expect(await openIntegrationZip(bufferSource(appImage))).toBeUndefined();
  });

  test('above 64 KiB is found', async () => {
    const zip = await openIntegrationZip(
      behind(noise(10), { zipFiles: { ...integrationFiles(), 'icon/512.png': noise(400_000, 3) } }),
    );
    expect(
      Buffer.compare(
        await collect((zip as IntegrationZip).files.readFile(zip?.icons.at(-1)?.path as string)),
        noise(400_000, 3),
      ),
    ).toBe(0);
  });

  test('with update information of 100 KB is a limit, for who asks for it', async () => {
    const zip = await openIntegrationZip(behind(noise(10), { zipFiles: { update_info: prose(100_000) } }));
    await expect(zip?.readUpdateInformation()).rejects.toMatchObject({ code: 'limit' });
  });
});

describe('no integration zip', () => {
  test.each([
    ['an empty file', new Uint8Array(0)],
    ['noise', noise(100_000)],
    ['another zip', makeZip([{ name: 'a' }])],
    ['the name of the folder in a text', Buffer.from('.APPIMAGE_RESOURCES/')],
    ['a zip that has the name elsewhere', makeZip([{ name: 'x/.APPIMAGE_RESOURCES/file' }])],
    ['a zip that has a file of that name', makeZip([{ name: '.APPIMAGE_RESOURCES', content: '.APPIMAGE_RESOURCES/' }])],
  ])('is in %s, which takes one read to see', async (_, bytes) => {
    const source = faultySource(bufferSource(bytes), 0, new Error('never'));
    expect(await openIntegrationZip(source)).toBeUndefined();
    expect(source.reads).toBe(1);
  });

  test('is one that lies within the image, as far as that says it goes', async () => {
    const text = '#!/bin/sh\n#.shImg.#\nimage_offset=60\n'.padEnd(60, '\n');
    const image = Buffer.concat([await smallImage(), makeZip([{ name: '.APPIMAGE_RESOURCES/x' }])]);
    const bytes = Buffer.concat([Buffer.from(text), image]);
    expect((await readShImg(bufferSource(bytes))).integrationZip).toBeDefined();
    bytes.writeBigUInt64LE(BigInt(image.length), 60 + 40);
    const { payload, integrationZip } = await readShImg(bufferSource(bytes));
    expect(integrationZip).toBeUndefined();
    expect(payload).toEqual({ kind: 'squashfs', offset: 60, length: image.length });
  });
});

testWith(['zip'], 'what is appended to a shImg afterwards does not hide its zip', async () => {
  const folder = temporaryFolder();
  const { path } = makeShImg(folder);
  appendFileSync(path, 'a signature, perhaps');
  expect((await read(path)).integrationZip).toBeDefined();
});

function without(files: Record<string, string | Uint8Array>): Record<string, string | Uint8Array> {
  const { desktop_entry: _, ...others } = files;
  return others;
}
