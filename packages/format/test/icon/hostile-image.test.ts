/*
 * Everything that looks for metadata in an image, on images that are damaged or can not be read.
 */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { findAppStream } from '../../src/appstream/find-appstream.ts';
import { isAppImageError } from '../../src/errors.ts';
import { findIcon } from '../../src/icon/find-icon.ts';
import { findIcons } from '../../src/icon/find-icons.ts';
import { type ByteSource, bufferSource } from '../../src/io/byte-source.ts';
import { findMimePackages } from '../../src/mime/find-mime-packages.ts';
import { nodeDecompressors } from '../../src/node/codecs.ts';
import { openSquashfs } from '../../src/squashfs/read/open-squashfs.ts';
import { faultySource, storingCompressor, strangers } from '../support/hostile.ts';
import { png, SVG } from '../support/icons.ts';
import { directory, file, symlink, writeImage } from '../support/trees.ts';

const COMPONENT = '<component><id>a</id><name xml:lang="de">A</name><description><p>x</p></description></component>';
const PACKAGE =
  '<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info"><mime-type type="a/b"><glob pattern="*.a"/></mime-type></mime-info>';

/** An image with metadata of each kind, stored uncompressed. */
function image(): Promise<Uint8Array> {
  const apps = directory({ 'app.png': file(png(48, 48)), 'app.svgz': file(gzipSync(SVG)) });
  const hicolor = directory({ '48x48': directory({ apps }) });
  const share = directory({
    icons: directory({ hicolor }),
    metainfo: directory({ 'app.metainfo.xml': file(COMPONENT) }),
    mime: directory({ packages: directory({ 'app.xml': file(PACKAGE) }) }),
  });
  const root = directory({ '.DirIcon': symlink('app.svg'), 'app.svg': file(SVG), usr: directory({ share }) });
  return writeImage(root, { compressor: storingCompressor, blockSize: 4096, padding: 1, tailPacking: 'always' });
}

/** Looks for everything; answers what went wrong. */
async function look(source: ByteSource): Promise<unknown[]> {
  const files = await openSquashfs(source, { decompressors: nodeDecompressors, limits: { depth: 16, entries: 100 } });
  const results = await Promise.allSettled([
    findIcon(files, 'app'),
    findIcons(files, 'app'),
    findAppStream(files, { desktopEntry: 'app.desktop' }),
    findMimePackages(files),
  ]);
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
}

async function lookOrFail(source: ByteSource): Promise<unknown[]> {
  try {
    return await look(source);
  } catch (error) {
    return [error];
  }
}

test('an image that is whole gives no error', async () => {
  expect(await look(bufferSource(await image()))).toEqual([]);
});

test('a changed byte gives metadata or errors of this package', { timeout: 120_000 }, async () => {
  const bytes = await image();
  let failures = 0;
  for (let offset = 0; offset < bytes.length; offset++) {
    for (const change of [0xff, 0x01 << (offset % 8)]) {
      const changed = bytes.slice();
      changed[offset] = (changed[offset] as number) ^ change;
      const errors = await lookOrFail(bufferSource(changed));
      expect(strangers(errors), `offset ${offset} xor ${change}`).toEqual([]);
      failures += errors.length;
    }
  }
  expect(failures).toBeGreaterThan(100);
});

test('a read that fails is an error with its cause', async () => {
  const source = bufferSource(await image());
  const cause = new Error('gone');
  const counting = faultySource(source, 0, cause);
  await look(counting);
  expect(counting.reads).toBeGreaterThan(1);
  for (let fault = 1; fault <= counting.reads; fault++) {
    const errors = await lookOrFail(faultySource(source, fault, cause));
    const causes = errors.map((error) => (isAppImageError(error) ? error.cause : error));
    expect(causes.length, `read ${fault}`).toBeGreaterThan(0);
    expect(new Set(causes)).toEqual(new Set([cause]));
  }
});
