import { writeFileSync } from 'node:fs';
import { describeWith, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { nodeCompressor } from '../../../src/node/codecs.ts';
import { mountImage } from '../../support/mount-image.ts';
import { snapshotImage, snapshotInput } from '../../support/snapshots.ts';
import { directory, file, openImage, prose, writeImage } from '../../support/trees.ts';

const root = directory([
  ['large', file(prose(300_000))],
  ['zeros', file(new Uint8Array(200_000))],
  ['small', file(prose(100))],
]);

async function imageFile(): Promise<string> {
  const path = `${temporaryFolder()}/image`;
  writeFileSync(path, await writeImage(root, { compressor: nodeCompressor('lz4') }));
  return path;
}

test('an image with lz4 is read back', async () => {
  const image = await openImage(await writeImage(root, { compressor: nodeCompressor('lz4', 4) }));
  expect(await snapshotImage(image)).toEqual(await snapshotInput(root));
});

describeWith(['unsquashfs'], 'unsquashfs', () => {
  test('reads an image with lz4, and says that it is of high compression', async () => {
    const path = await imageFile();
    expect(run('unsquashfs', ['-s', path])).toMatch(/Compression lz4[\s\S]*High Compression option specified/);
    expect(run('unsquashfs', ['-cat', path, 'large'])).toBe(Buffer.from(prose(300_000)).toString('latin1'));
  });
});

testWith(['kernel'], 'Linux mounts an image with lz4', async () => {
  const folder = mountImage(await imageFile(), temporaryFolder());
  expect(run('cat', [`${folder}/large`])).toBe(Buffer.from(prose(300_000)).toString('latin1'));
});
