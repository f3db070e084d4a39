import { appendFileSync, chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { run } from '@appimage-js/testing';
import { serializeUpdateInfoEntry } from '../../src/shimg/update-info-entry.ts';
import { noise, prose } from '../support/trees.ts';

/** What {@link makeShImg} puts into the file. */
export interface ShImgRecipe {
  readonly compression?: 'gzip' | 'lz4' | 'zstd';
  /** Instead of a SquashFS image that `mksquashfs` makes. */
  readonly payload?: Uint8Array;
  readonly payloadKind?: string;
  /** How the integration zip is put behind it: not at all, appended only, or with its offsets adjusted as published tools do. */
  readonly zip?: 'none' | 'appended' | 'adjusted';
  /** Files of the zip by path, in place of the usual ones. */
  readonly zipFiles?: Readonly<Record<string, string | Uint8Array>>;
  readonly updateInformation?: string;
  /** Added to the offset of the image that the script tells. */
  readonly error?: number;
}

/** Where the parts of a file are that {@link makeShImg} made. */
export interface MadeShImg {
  readonly path: string;
  readonly payloadOffset: number;
  readonly payloadLength: number;
  readonly helpers: Readonly<
    Record<string, { readonly offset: number; readonly length: number; readonly content: string }>
  >;
}

export const UPDATE_INFORMATION = 'gh-releases-zsync|owner|application|latest|Application-*x86_64.shImg.zsync';

/** The usual files of an integration zip. */
export function integrationFiles(updateInformation = UPDATE_INFORMATION): Record<string, string | Uint8Array> {
  return {
    desktop_entry: '[Desktop Entry]\nType=Application\nName=Test\nExec=test\nIcon=test\n',
    metainfo: '<component type="desktop-application"/>',
    update_info: serializeUpdateInfoEntry(updateInformation),
    signature: '-----BEGIN PGP SIGNATURE-----\n',
    'icon/default.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'icon/256.png': noise(300, 1),
    'icon/16.png': noise(30, 2),
    'icon/notes.txt': 'no icon',
  };
}

/** Assembles a shImg in a folder, in the layout of the published tools, with a script of our own in front. */
export function makeShImg(folder: string, recipe: ShImgRecipe = {}): MadeShImg {
  const path = join(folder, 'application.shImg');
  const payload = recipe.payload ?? makePayload(folder, recipe.compression ?? 'gzip');
  const helpers = { x86_64: gzipSync('mounts on x86_64'), aarch64: gzipSync('mounts on aarch64') };
  const places = { x86_64: 0, aarch64: helpers.x86_64.length };
  const length = helpers.x86_64.length + helpers.aarch64.length;
  const scriptLength = script(recipe, helpers, places, 0).length;
  const payloadOffset = scriptLength + length;
  const text = script(recipe, helpers, { x86_64: scriptLength, aarch64: scriptLength + places.aarch64 }, payloadOffset);
  writeFileSync(path, Buffer.concat([Buffer.from(text), helpers.x86_64, helpers.aarch64, payload]));
  chmodSync(path, 0o755);
  if (recipe.zip !== 'none') appendZip(folder, path, recipe);
  const place = (name: 'x86_64' | 'aarch64', content: string) => ({
    offset: scriptLength + places[name],
    length: helpers[name].length,
    content,
  });
  return {
    path,
    payloadOffset,
    payloadLength: payload.length,
    helpers: { x86_64: place('x86_64', 'mounts on x86_64'), aarch64: place('aarch64', 'mounts on aarch64') },
  };
}

/** Appends an integration zip to any file, by Info-ZIP. */
export function appendZip(folder: string, path: string, recipe: ShImgRecipe = {}): void {
  const stored = ['update_info', 'signature'];
  const files = recipe.zipFiles ?? integrationFiles(recipe.updateInformation);
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, '.APPIMAGE_RESOURCES', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  run('zip', ['-qr', '-n', stored.join(':'), 'integration.zip', '.APPIMAGE_RESOURCES'], { cwd: folder });
  appendFileSync(path, readFileSync(join(folder, 'integration.zip')));
  if (recipe.zip !== 'appended') run('zip', ['-qA', path]);
}

function makePayload(folder: string, compression: string): Uint8Array {
  const appDir = join(folder, 'AppDir');
  mkdirSync(join(appDir, 'usr/bin'), { recursive: true });
  writeFileSync(join(appDir, 'AppRun'), '#!/bin/sh\nexec "$APPDIR/usr/bin/test"\n', { mode: 0o755 });
  writeFileSync(join(appDir, 'usr/bin/test'), prose(300_000));
  writeFileSync(join(appDir, 'test.desktop'), '[Desktop Entry]\nName=Test\n');
  symlinkSync('usr/bin/test', join(appDir, 'link'));
  const image = join(folder, 'AppDir.sqfs');
  run('mksquashfs', [appDir, image, '-comp', compression, '-b', '1M', '-noappend', '-no-progress', '-quiet']);
  return readFileSync(image);
}

/** Numbers have a fixed width, so that the script's length does not depend on them. */
function script(
  { error = 0, compression = 'gzip', payloadKind = 'squashfs' }: ShImgRecipe,
  helpers: Readonly<Record<'x86_64' | 'aarch64', Uint8Array>>,
  offsets: Readonly<Record<'x86_64' | 'aarch64', number>>,
  payloadOffset: number,
): string {
  const wide = `${payloadOffset + error}`.padStart(14, '0');
  const narrow = (value: number) => `${value}`.padStart(7, '0');
  return `#!/bin/sh
#.shImg.#
#see <https://example.com/>: it's only for tests
image_type=${payloadKind}
image_compression=${compression}
sfs_offset=${wide}
image_offset=${wide}
x86_64_offset=${narrow(offsets.x86_64 + 1)}
x86_64_length=${narrow(helpers.x86_64.length)}
i386_offset=0000000
i386_length=0000000
armhf_offset=0000000
armhf_length=0000000
aarch64_offset=${narrow(offsets.aarch64 + 1)}
aarch64_length=${narrow(helpers.aarch64.length)}
contains_integration_zip=n
version=0.4.1 arch='x86_64;aarch64'
help_str='options:
version=9.9.9
'
case "$1" in
--appimage-offset) echo "$image_offset";;
--appimage-version) echo "$version";;
--appimage-helper) tail -c +$x86_64_offset "$0" | head -c +$x86_64_length | gzip -d;;
--appimage-updateinfo)
tac "$0" | sed -n '/---END APPIMAGE \\[update_info\\]---/,/---BEGIN APPIMAGE \\[update_info\\]---/{ /---.* APPIMAGE \\[update_info\\]---/d; p }';;
esac
exit 0
`;
}
