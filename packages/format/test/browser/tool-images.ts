import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { run } from '@appimage-js/testing';
import { serializeAppImageMagic } from '../../src/elf/index.ts';
import { makeElf } from '../elf/make-elf.ts';
import { makeAppImage } from '../support/make-appimage.ts';
import { noise, prose } from '../support/trees.ts';

export const DESKTOP_ENTRY = `[Desktop Entry]
Type=Application
Name=Exämple
Exec=example
Icon=example
X-AppImage-Version=1.2.3
`;

export const ICON_SIZE = 48;

/** Some blocks that get smaller, and some that do not. */
const CONTENT = Buffer.concat([prose(400_000), noise(300_000)]);

export const CONTENT_HASH = createHash('sha256').update(CONTENT).digest('hex');

/** Every path in an image of {@link writeAppDir}, in order. */
export const PATHS = [
  '.DirIcon',
  'AppRun',
  'example.desktop',
  'example.png',
  'usr',
  'usr/share',
  'usr/share/example',
  'usr/share/example/content',
];

/** Writes an application directory, for others to make images of. */
export function writeAppDir(parent: string): string {
  const root = join(parent, 'AppDir');
  mkdirSync(join(root, 'usr/share/example'), { recursive: true });
  writeFileSync(join(root, 'AppRun'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(root, 'example.desktop'), DESKTOP_ENTRY);
  writeFileSync(join(root, 'example.png'), picture(ICON_SIZE));
  symlinkSync('example.png', join(root, '.DirIcon'));
  writeFileSync(join(root, 'usr/share/example/content'), CONTENT);
  return root;
}

/** An image of type 2, whose payload `mksquashfs` wrote. */
export async function writeType2(root: string, path: string, compression: string): Promise<void> {
  run('mksquashfs', [root, `${path}.squashfs`, '-comp', compression, '-all-root', '-no-progress', '-quiet']);
  writeFileSync(path, await makeAppImage({ payload: readFileSync(`${path}.squashfs`) }));
}

/** An image of type 1, which `xorriso` wrote, with an ELF file in its system area. */
export async function writeType1(root: string, path: string): Promise<void> {
  const elf = makeElf({ sections: [{ name: '.text', bytes: new Uint8Array(64) }] });
  elf.set(serializeAppImageMagic(1), 8);
  writeFileSync(`${path}.elf`, elf);
  const compressed = ['-zisofs', 'level=9', '-map', root, '/', '-set_filter_r', '--zisofs', '/', '--'];
  run('xorriso', ['-outdev', path, '-rockridge', 'on', ...compressed, '-boot_image', 'any', `system_area=${path}.elf`]);
}

/** A PNG that a browser can show: a square of one color. */
function picture(size: number): Uint8Array {
  const chunk = (type: string, data: Uint8Array) => {
    const bytes = Buffer.alloc(12 + data.length);
    bytes.writeUInt32BE(data.length);
    bytes.write(type, 4);
    bytes.set(data, 8);
    bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
    return bytes;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size);
  header.writeUInt32BE(size, 4);
  header.set([8, 2], 8); // bits of a channel; red, green, blue
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(3 * size, Buffer.of(0x2f, 0x6f, 0xdf))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: size }, () => row)));
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}
