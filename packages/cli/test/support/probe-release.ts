import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bufferSource, computeZsync, serializeZsync } from '@appimage-js/format';
import { appimage } from './appimage.ts';
import { probeAppDir } from './probe-app-dir.ts';
import type { ServedRelease } from './release-server.ts';

const UPDATES = 'gh-releases-zsync|owner|probe|latest|Probe-*-x86_64.AppImage.zsync';

/** Builds a version of an application that prints its version, with its control file, as a release of it would be. */
export async function probeRelease(
  folder: string,
  version: string,
  { script = `echo ${version}`, content = new Uint8Array(0), type = '2' } = {},
): Promise<ServedRelease & { readonly image: Uint8Array }> {
  const appDir = join(folder, `AppDir-${version}`);
  mkdirSync(folder, { recursive: true });
  probeAppDir(appDir, script);
  writeFileSync(join(appDir, 'content'), content);
  const name = `Probe-${version}-x86_64.AppImage`;
  const output = join(folder, name);
  const options = [
    '--arch',
    'x86_64',
    '--app-version',
    version,
    '--update-info',
    UPDATES,
    '--level',
    '1',
    '--type',
    type,
    '-o',
    output,
  ];
  const built = await appimage(['build', appDir, ...options]);
  if (built.status !== 0) throw new Error(built.stderr);
  const image = new Uint8Array(readFileSync(output));
  const control = await computeZsync(bufferSource(image), { fileName: name, urls: [name], mtime: 1_700_000_000 });
  return { tag: `v${version}`, image, files: { [name]: image, [`${name}.zsync`]: serializeZsync(control) } };
}
