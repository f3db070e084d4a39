/*
 * What no writer at hand makes, but the format has: our images, changed, and judged by the kernel.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { snapshotImage, snapshotInput, type TreeSnapshot } from '../../support/snapshots.ts';
import { directory, file, noise, prose } from '../../support/trees.ts';
import { asKernelView, kernelIso9660, viewByKernel } from '../support/kernel-view.ts';
import { changeBlockSize, type PatchableIso, patchableIso, ROOT_RECORD } from '../support/patchable-image.ts';
import { openIso } from '../support/write-image.ts';

const tree = () =>
  directory({
    folder: directory({ inner: file('inner'), more: file(noise(5000)) }),
    packed: file(prose(100_000)),
    plain: file('plain'),
  });

/** Changes of the layout that a reader must not notice. */
const CHANGES: Readonly<Record<string, (image: PatchableIso) => void>> = {
  'logical blocks of 512 bytes': (image) => changeBlockSize(image, 512),
  'logical blocks of 1024 bytes': (image) => changeBlockSize(image, 1024),
  'extended attribute records before the data': ({ bytes, view, records, set32 }) => {
    for (const record of [ROOT_RECORD, ...records.values()]) {
      const location = view.getUint32(record + 2, true);
      if (location === 0) continue;
      set32(record + 2, location - 1);
      bytes[record + 1] = 1;
    }
  },
};

const readAll = async (bytes: Uint8Array): Promise<TreeSnapshot> => snapshotImage(await openIso(bytes));

describe('an image with', () => {
  for (const [what, change] of Object.entries(CHANGES)) {
    test(`${what} is read as the tree that it was written from`, async () => {
      const image = await patchableIso(tree());
      change(image);
      expect(await readAll(image.bytes)).toEqual(await snapshotInput(tree()));
    });
  }

  testWith([kernelIso9660], 'any of these is read as the kernel reads it', async () => {
    const folder = temporaryFolder();
    const questions = [];
    const ours = [];
    for (const [index, change] of Object.values(CHANGES).entries()) {
      const image = await patchableIso(tree());
      change(image);
      ours.push(asKernelView(await readAll(image.bytes)));
      questions.push({ image: join(folder, `${index}`), options: `map=off,block=${[512, 1024, 2048][index]}` });
      writeFileSync(join(folder, `${index}`), image.bytes);
    }
    expect(viewByKernel(questions)).toEqual(ours);
  });
});

describe('a record', () => {
  test('of an associated file is left out', async () => {
    const image = await patchableIso(tree());
    image.view.setUint8(image.record('plain') + 25, 4);
    expect(Object.keys(await readAll(image.bytes))).toEqual([
      '',
      'folder',
      'folder/inner',
      'folder/more',

      'packed',
    ]);
  });

  test('that is hidden is read', async () => {
    const image = await patchableIso(tree());
    image.view.setUint8(image.record('plain') + 25, 1);
    expect(Object.keys(await readAll(image.bytes))).toContain('plain');
  });

  test('whose entries stop short has the name of its identifier', async () => {
    const image = await patchableIso(tree());
    image.view.setUint8(image.entry('plain', 'NM') + 2, 3);
    expect(Object.keys(await readAll(image.bytes))).toContain('PLAIN');
  });

  test('without POSIX attributes belongs to root and may be read by all, as Linux has it', async () => {
    const image = await patchableIso(tree());
    image.view.setUint16(image.entry('plain', 'PX'), 0x5858);
    expect((await readAll(image.bytes))['plain']).toMatchObject({
      type: 'file',
      mode: 0o555,
      uid: 0,
      gid: 0,
      links: 1,
    });
  });

  test('without times of Rock Ridge has the time of the record itself, in its own time zone', async () => {
    const image = await patchableIso(tree());
    image.view.setUint16(image.entry('plain', 'TF'), 0x5858);
    image.view.setInt8(image.record('plain') + 24, -4);
    expect((await readAll(image.bytes))['plain']?.mtime).toBe(1_700_000_000 + 3600);
  });

  test('of no date has the time 0', async () => {
    const image = await patchableIso(tree());
    image.view.setUint16(image.entry('plain', 'TF'), 0x5858);
    image.bytes.fill(0, image.record('plain') + 18, image.record('plain') + 25);
    expect((await readAll(image.bytes))['plain']?.mtime).toBe(0);
  });

  test('with system use bytes of somebody else is read behind them', async () => {
    const image = await patchableIso(directory({ plain: file('plain') }));
    const { bytes, view } = image;
    // The announcement of all entries says how many bytes are to be skipped in every record but that one.
    view.setUint8(image.entry('.', 'SP') + 6, 4);
    const recordOf = (name: string) =>
      bytes.slice(image.record(name), image.record(name) + (bytes[image.record(name)] as number));
    let position = image.record('..');
    const moved = ['..', 'plain'].map((name) => {
      const record = recordOf(name);
      const entries = image.entry(name, 'PX') - image.record(name);
      record[0] = record.length + 4;
      return Buffer.concat([record.subarray(0, entries), Buffer.from('XXXX'), record.subarray(entries)]);
    });
    for (const record of moved) {
      bytes.set(record, position);
      position += record.length;
    }
    expect(Object.keys(await readAll(bytes))).toEqual(['', 'plain']);
  });
});
