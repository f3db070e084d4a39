import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { AppImage } from '../../../src/appimage/index.ts';
import { describeAppImage } from '../../../src/appimage/index.ts';
import { openAppImage } from '../../../src/node/open-appimage.ts';
import { makeDwarfs } from '../../dwarfs/make-dwarfs.ts';
import { makeAppImage } from '../../support/make-appimage.ts';
import { EXTRACT, folder, install, log, useStandIns, writeFile } from './stand-ins.ts';

useStandIns();

async function openWithDwarfs(): Promise<AppImage> {
  const image = await openAppImage(writeFile(await makeAppImage({ payload: await makeDwarfs() })));
  onTestFinished(() => image.close());
  return image;
}

describeWith(['bsdtar', 'sh', 'find'], 'an AppImage with DwarFS', () => {
  beforeEach(() => {
    install('dwarfsextract', EXTRACT);
    vi.stubEnv('TMPDIR', join(folder, 'temporary'));
  });

  test('is opened without the program', async () => {
    const image = await openWithDwarfs();
    expect(image).toMatchObject({ type: 'type-2', opensOnUse: true, problem: undefined });
    expect(log()).toEqual([]);
  });

  test('is described by one run of it', async () => {
    writeFileSync(join(folder, 'tree/app.desktop'), '[Desktop Entry]\nType=Application\nName=App\n');
    expect(await describeAppImage(await openWithDwarfs())).toMatchObject({ type: 'type-2', name: 'App', problems: [] });
    expect(log()).toHaveLength(1);
  });

  test('is described as a NixAppImage where it is one', async () => {
    mkdirSync(join(folder, 'tree/nix/store'), { recursive: true });
    symlinkSync('/nix/store/x-app/bin/app', join(folder, 'tree/entrypoint'));
    expect(await describeAppImage(await openWithDwarfs())).toMatchObject({ type: 'nixappimage', problems: [] });
  });

  test('is described without its files where the program fails, which is told once', async () => {
    install('dwarfsextract', '#!/bin/sh\necho x >> "$DWARFS_LOG"\necho "bad block" >&2\nexit 1\n');
    const image = await openWithDwarfs();
    expect(await describeAppImage(image)).toMatchObject({
      type: 'type-2',
      architectures: ['x86_64'],
      payload: { kind: 'dwarfs' },
      name: null,
      signature: { state: 'unsigned' },
      problems: [
        {
          part: 'payload',
          code: 'unsupported',
          message: 'Cannot read DwarFS image: dwarfsextract ended with status 1, bad block',
        },
      ],
    });
    expect(log()).toHaveLength(1);
  });
});
