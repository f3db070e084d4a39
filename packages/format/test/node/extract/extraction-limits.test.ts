import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { extractFileSystem } from '../../../src/node/extract/extract-file-system.ts';
import { type ExtractionLimits, ExtractionTally } from '../../../src/node/extract/extraction-limits.ts';
import { openTree, PLACES } from '../../support/extraction.ts';
import { directory, file, noise, symlink } from '../../support/trees.ts';

const GIB = 2 ** 30;

/** 8 names, 30,000 bytes and a hole of a million. */
const linked = file(noise(10_000));
const root = directory({
  a: directory({ linked, again: linked }),
  b: file(noise(20_000, 2)),
  hole: file(new Uint8Array(1_000_000)),
  link: symlink('a'),
  z: directory({ empty: file('') }),
});

describe.each(PLACES)('an extraction from %s', (place) => {
  const extract = async (limits: ExtractionLimits, folder = temporaryFolder()) =>
    extractFileSystem(await openTree(root, place), join(folder, 'target'), { limits });

  test.each([{ entries: 8 }, { totalSize: 30_000 }, { ratio: 0.000_001 }, { entries: 8, totalSize: 30_000 }, {}])(
    'within the limits %j is done',
    async (limits) => {
      await expect(extract(limits)).resolves.toMatchObject({ files: 6, bytes: 1_030_000 });
    },
  );

  test.each<[ExtractionLimits, RegExp]>([
    [{ entries: 7 }, /^Cannot extract image: limit of 7 entries reached at "z\/empty"$/],
    [{ entries: 0 }, /^Cannot extract image: limit of 0 entries reached at "a"$/],
    [{ totalSize: 29_999 }, /^Cannot extract image: limit of 29999 bytes reached at "/],
    [{ totalSize: 0 }, /^Cannot extract image: limit of 0 bytes reached at "/],
  ])('beyond the limits %j leaves nothing', async (limits, message) => {
    const folder = temporaryFolder();
    await expect(extract(limits, folder)).rejects.toMatchObject({
      code: 'limit',
      message: expect.stringMatching(message),
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('what is written', () => {
  const count = (bytes: number, limits: ExtractionLimits, payloadLength?: number) => () =>
    new ExtractionTally(limits, payloadLength).countWritten(bytes, 'file');

  test('may be 100 GiB and no more', () => {
    expect(count(100 * GIB, {})).not.toThrow();
    expect(count(100 * GIB + 1, {})).toThrow(expect.objectContaining({ code: 'limit', path: 'file' }));
    expect(count(200 * GIB, { totalSize: 200 * GIB })).not.toThrow();
  });

  test('may be a hundred times the payload, beyond 1 GiB', () => {
    const megabyte = 1_000_000;
    expect(count(GIB, {}, megabyte)).not.toThrow();
    expect(count(GIB + 1, {}, megabyte)).toThrow(
      expect.objectContaining({
        code: 'limit',
        message: `Cannot extract image: limit of 100 bytes for one of the image, ${GIB} bytes in all, reached at "file"`,
      }),
    );
    expect(count(2000 * megabyte, {}, 20 * megabyte)).not.toThrow();
    expect(count(2000 * megabyte + 1, {}, 20 * megabyte)).toThrow('limit of 100 bytes for one');
    expect(count(40_000 * megabyte, { ratio: 2000 }, 20 * megabyte)).not.toThrow();
  });

  test('has no ratio where nobody knows how long the payload is', () => {
    expect(count(99 * GIB, {})).not.toThrow();
  });

  test('is added up, and the default holds where a limit is undefined', () => {
    const undefinedLimits = { totalSize: undefined } as unknown as ExtractionLimits;
    const tally = new ExtractionTally(undefinedLimits);
    for (let part = 0; part < 100; part++) tally.countWritten(GIB, 'file');
    expect(() => tally.countWritten(1, 'file')).toThrow(expect.objectContaining({ code: 'limit' }));
  });
});
