import { join } from 'node:path';
import { sharedFolder } from '@appimage-js/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeAppImage } from '../../../src/appimage/describe-appimage.ts';
import { serializeAppImageMagic } from '../../../src/elf/index.ts';
import type { InputDirectory, InputNode } from '../../../src/filesystem/input-tree.ts';
import { windowSink } from '../../../src/io/byte-sink.ts';
import { nodeCompressor } from '../../../src/node/codecs.ts';
import { openFileSink } from '../../../src/node/file-sink.ts';
import { openFileSource } from '../../../src/node/file-source.ts';
import { openAppImage } from '../../../src/node/open-appimage.ts';
import { openSource } from '../../../src/node/open-source.ts';
import { writeSquashfs } from '../../../src/squashfs/write/write-squashfs.ts';
import { makeElf } from '../../elf/make-elf.ts';
import { png } from '../../support/icons.ts';
import { answerRange, startServer } from '../../support/range-server.ts';
import { directory, file, noise, prose, symlink } from '../../support/trees.ts';

const MIB = 1_048_576;

const ENTRY = `[Desktop Entry]
Type=Application
Name=Large
Exec=large
Icon=large
X-AppImage-Version=1.2.3
`;

const METADATA = `<?xml version="1.0" encoding="UTF-8"?>
<component type="desktop-application">
  <id>org.example.Large</id>
  <name>Large</name>
  <summary>Has many bytes</summary>
  <metadata_license>CC0-1.0</metadata_license>
</component>
`;

/** A tree of 200 MiB that no compressor makes smaller, of 6,000 small files, and what describes an application. */
function largeTree(): InputDirectory {
  const libraries = Array.from({ length: 25 }, (_, index): [string, InputNode] => [
    `library-${index}.so`,
    file(noise(8 * MIB, index + 1)),
  ]);
  const documents = Array.from({ length: 6000 }, (_, index): [string, InputNode] => [
    `document-${index}.txt`,
    file(prose(500 + index, index)),
  ]);
  const icon = Buffer.concat([png(256, 256), noise(60_000)]);
  const themed = directory({ '256x256': directory({ apps: directory({ 'large.png': file(icon) }) }) });
  return directory({
    AppRun: file('#!/bin/sh\n', { mode: 0o755 }),
    '.DirIcon': symlink('large.png'),
    'large.desktop': file(ENTRY),
    'large.png': symlink('usr/share/icons/hicolor/256x256/apps/large.png'),
    usr: directory({
      lib: directory(libraries),
      share: directory({
        doc: directory(documents),
        icons: directory({ hicolor: themed }),
        metainfo: directory({ 'org.example.Large.metainfo.xml': file(METADATA) }),
      }),
    }),
  });
}

/** A runtime of that many bytes: program code first, then the sections for updates and signatures. */
function runtime(length: number): Uint8Array {
  const section = (name: string, text: string, size: number) => {
    const bytes = new Uint8Array(size);
    bytes.set(new TextEncoder().encode(text));
    return { name, bytes };
  };
  const elf = makeElf({
    sections: [
      { name: '.text', bytes: noise(length) },
      section('.upd_info', 'zsync|https://example.org/large.zsync', 1024),
      section('.sha256_sig', '', 1024),
      section('.sig_key', '', 8192),
    ],
  });
  elf.set(serializeAppImageMagic(2), 8);
  return elf;
}

describe('the description of an image of 200 MiB at a URL', () => {
  const path = join(sharedFolder(), 'payload.squashfs');

  beforeAll(async () => {
    const sink = await openFileSink(path);
    await writeSquashfs({ root: largeTree(), sink: windowSink(sink, 0), compressor: nodeCompressor('zstd', 1) });
    await sink.close();
  });

  test.each([
    ['of ours', 330_000],
    ['of others', 940_000],
  ])('with a runtime %s takes at most 8 requests and a hundredth of its bytes', async (_, length) => {
    await using payload = await openFileSource(path);
    const elf = runtime(length);
    const content = {
      size: elf.length + payload.size,
      async read(offset: number, count: number) {
        const head = elf.subarray(offset, offset + count);
        const start = Math.max(offset - elf.length, 0);
        return Buffer.concat([head, await payload.read(start, count - head.length)]);
      },
    };
    expect(content.size).toBeGreaterThan(200 * MIB);
    const { url, requests } = await startServer((request, response) => answerRange(request, response, { content }));
    await using source = await openSource(url);
    const image = await openAppImage(source);
    expect(await describeAppImage(image)).toMatchObject({
      type: 'type-2',
      name: 'Large',
      version: '1.2.3',
      summary: 'Has many bytes',
      icon: { format: 'png', width: 256, height: 256 },
      updateInformation: { transport: 'zsync' },
      signature: { state: 'unsigned' },
      problems: [],
    });
    expect(source.transfer?.requests).toBe(requests.length);
    expect(requests.length).toBeLessThanOrEqual(8);
    expect(source.transfer?.bytes).toBeLessThanOrEqual(content.size / 100);
  });
});
