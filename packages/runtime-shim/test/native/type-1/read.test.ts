import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { expect, onTestFinished, test } from 'vitest';
import { place, placeOfUser, runtime, shortFolder } from '../fixture.ts';
import { ordinaryUser } from '../host.ts';
import { finish, firstLine, start, succeed } from '../run.ts';
import { everything, type IsoWriter, otherWriters, rockRidgeWriters } from './images.ts';

/** What is the same in every image: not sizes and links of folders, nor, by way of mkzftree, times of links. */
const LIST = [
  `find * -path rr_moved -prune -o -type d -printf '%p %y %m %Ts\\n' -o -type l -printf '%p %y %l\\n' -o -printf '%p %y %m %n %s %Ts\\n'`,
  'LC_ALL=C sort',
].join(' | ');
const SUMS = 'find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum';
const NAMES = `find * -path rr_moved -prune -o -printf '%p %y %l\\n' | LC_ALL=C sort`;

const answer = (command: string, cwd: string) => succeed('sh', ['-c', command], { cwd });

/** Mounts an image with a runtime that is no part of it. Returns the mount point, which goes with the test. */
async function mounted(image: string, uid?: number): Promise<string> {
  const where = uid === undefined ? place() : placeOfUser();
  const env = { ...where.env, TARGET_APPIMAGE: image, TARGET_APPIMAGE_OFFSET: '0' };
  const mount = start(runtime, ['--appimage-mount'], { env, ...(uid === undefined ? {} : { uid }) });
  onTestFinished(async () => {
    mount.kill('SIGTERM');
    await finish(mount);
  });
  return firstLine(mount);
}

async function extracted(image: string): Promise<string> {
  const into = join(shortFolder(), 'out');
  await succeed(runtime, ['--appimage-extract', '--to', into], { env: { TARGET_APPIMAGE: image } });
  return into;
}

async function written(writer: IsoWriter, folder: string): Promise<string> {
  const image = join(shortFolder(), 'image.iso');
  await writer.write(folder, image);
  await succeed('chmod', ['755', join(image, '..')]);
  return image;
}

for (const writer of rockRidgeWriters) {
  describeWith(['root', '/dev/fuse', ...writer.needs], `an image by ${writer.name}`, () => {
    test('has, mounted and extracted, what was packed', async () => {
      const folder = everything({ AppRun: '#!/bin/sh\n' });
      const image = await written(writer, folder);
      const [list, sums] = await Promise.all([answer(LIST, folder), answer(SUMS, folder)]);
      for (const place of [await mounted(image), await extracted(image)]) {
        expect((await answer(LIST, place)).split('\n')).toEqual(list.split('\n'));
        expect(await answer(SUMS, place)).toBe(sums);
        // Two names, one file.
        const [first, second] = (await answer('stat -c %i usr/large crowd/same', place)).split('\n');
        expect(first).toBe(second);
      }
    });
  });
}

describeWith(['genisoimage', 'mkzftree', 'fusermount3', '/dev/fuse'], 'an image that a user mounts', () => {
  test('has what was packed, to several readers at once', async () => {
    const [, writer] = rockRidgeWriters;
    const folder = everything({ AppRun: '#!/bin/sh\n' });
    const point = await mounted(await written(writer as IsoWriter, folder), ordinaryUser);
    const inPoint = (command: string) => `cd '${point}' && ${command}`;
    const sums = answer(SUMS, folder);
    const command = 'cat usr/large usr/noise usr/zeros usr/tail | sha256sum; tail -c 70000 usr/large | sha256sum';
    const expected = await answer(command, folder);
    const all = [ordinaryUser, ordinaryUser, ordinaryUser, ordinaryUser].map((uid) =>
      succeed('sh', ['-c', inPoint(command)], { uid }),
    );
    expect(new Set(await Promise.all(all))).toEqual(new Set([expected]));
    const readable = SUMS.replace('-type f', '-type f ! -name one');
    const inside = await succeed('sh', ['-c', inPoint(readable)], { uid: ordinaryUser });
    expect((await sums).split('\n').filter((line) => !line.endsWith('usr/one'))).toEqual(inside.split('\n'));
  });
});

// The second version of zisofs is none that bsdtar knows.
for (const writer of [...otherWriters, ...rockRidgeWriters.slice(0, -1)]) {
  describeWith(['bsdtar', ...writer.needs], `an image by ${writer.name}`, () => {
    test('has the names and the contents that bsdtar finds in it', async () => {
      const image = await written(writer, everything({ AppRun: '#!/bin/sh\n' }));
      const tar = shortFolder();
      await succeed('bsdtar', ['-xf', image, '-C', tar], { env: { LC_ALL: 'C.UTF-8' } });
      const ours = await extracted(image);
      expect((await answer(NAMES, ours)).split('\n')).toEqual((await answer(NAMES, tar)).split('\n'));
      expect(await answer(SUMS, ours)).toBe(await answer(SUMS, tar));
    });
  });
}

describeWith(['genisoimage'], 'an image of nearly nothing but directories', () => {
  test('is listed to its end', async () => {
    const folder = shortFolder();
    for (let i = 0; i < 3000; i++) mkdirSync(join(folder, `${i % 30}/${i}`), { recursive: true });
    const [writer] = rockRidgeWriters;
    const list = await succeed(runtime, ['--appimage-list'], {
      env: { TARGET_APPIMAGE: await written(writer as IsoWriter, folder) },
    });
    expect(list.trimEnd().split('\n')).toHaveLength(3030);
  });
});

describeWith(['genisoimage', 'isoinfo'], 'a listing', () => {
  test('has what isoinfo lists', async () => {
    const [writer] = rockRidgeWriters;
    const image = await written(writer as IsoWriter, everything({ AppRun: '#!/bin/sh\n' }));
    const ours = await succeed(runtime, ['--appimage-list'], { env: { TARGET_APPIMAGE: image } });
    const theirs = await succeed('isoinfo', ['-R', '-f', '-i', image]);
    // It does not follow directories that were moved because they are too deep.
    const names = (text: string) => {
      const all = text.split('\n').map((name) => name.replace(/^\//, ''));
      return all.filter((name) => name !== '' && !/^1\/.*9|^rr_moved\//.test(name)).sort();
    };
    expect(names(ours)).toEqual(names(theirs));
  });
});
