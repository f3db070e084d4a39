import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '@appimage-js/testing';
import { shellRuntime } from '../../src/index.ts';
import { runtime } from '../native/fixture.ts';
import { type Column, USER } from './host-condition.ts';
import { buildStatic } from './static-program.ts';

/** What the file `content` of an image holds. */
export const CONTENT = 'what only the image holds';

/** The report of an application that no runtime has started. */
export const PLAIN = 'plain';

/** A column of the matrix: how a payload becomes a file that starts by itself. */
export interface Format {
  readonly name: Column;
  make(payload: Uint8Array): Promise<Uint8Array>;
}

export const elf: Format = {
  name: 'ELF',
  make: async (payload) => Buffer.concat([readFileSync(runtime), payload]),
};

export const shImg: Format = {
  name: 'shImg',
  make: async (payload) => {
    const { bytes } = await shellRuntime({
      payload: { kind: 'squashfs', compression: 'gzip' },
      architectures: ['x86_64'],
      helpers: new Map([['x86_64', readFileSync(runtime)]]),
    });
    return Buffer.concat([bytes, payload]);
  },
};

/** For a machine that none of its helpers is for. */
export const shImgByHostTools: Format = {
  name: 'shImg without helper',
  make: async (payload) => {
    const { bytes } = await shellRuntime({ payload: { kind: 'squashfs', compression: 'gzip' }, architectures: [] });
    return Buffer.concat([bytes, payload]);
  },
};

/**
 * Writes what the rows of a column start into a folder, which they see as /mnt: `image/test.AppImage`, `image/nested.AppImage`
 * with that one inside, a `report` that everyone may write to, with the report {@link PLAIN} in it, and `without`.
 */
export async function writeImages(folder: string, format: Format): Promise<void> {
  const [work, images] = [join(folder, 'work'), join(folder, 'image')];
  for (const path of [work, images, join(folder, 'home'), join(folder, 'root')]) mkdirSync(path);
  const report = join(folder, 'report');
  mkdirSync(report);
  chmodSync(report, 0o777);
  const application = buildStatic('application', work);
  run('env', [`APPDIR=${folder}`, application, join(report, PLAIN), 'exit', '0']);
  copyFileSync(buildStatic('without', work), join(folder, 'without'));
  const image = await writeImage(join(images, 'test.AppImage'), format, application);
  await writeImage(join(images, 'nested.AppImage'), format, application, image);
  const ofUser = join(images, 'private.AppImage');
  copyFileSync(image, ofUser);
  run('chown', [`${USER}`, ofUser]);
  chmodSync(ofUser, 0o700);
  copyFileSync(image, join(images, 'unreadable.AppImage'));
  chmodSync(join(images, 'unreadable.AppImage'), 0o711);
}

async function writeImage(path: string, format: Format, application: string, inner?: string): Promise<string> {
  const tree = `${path}.tree`;
  mkdirSync(tree);
  writeFileSync(join(tree, 'content'), CONTENT);
  copyFileSync(application, join(tree, 'AppRun'));
  chmodSync(join(tree, 'AppRun'), 0o755);
  if (inner !== undefined) copyFileSync(inner, join(tree, 'inner'));
  const payload = `${path}.payload`;
  run('mksquashfs', [tree, payload, '-noappend', '-quiet', '-no-progress', '-all-root']);
  writeFileSync(path, await format.make(readFileSync(payload)), { mode: 0o755 });
  return path;
}
