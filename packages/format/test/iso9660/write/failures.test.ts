import { describe, expect, test } from 'vitest';
import { AppImageError } from '../../../src/errors.ts';
import type { FileContent, InputDirectory, InputNode } from '../../../src/filesystem/input-tree.ts';
import type { ByteSink } from '../../../src/io/byte-sink.ts';
import { writeIso9660 } from '../../../src/iso9660/write/write-iso9660.ts';
import { nodeCompressor } from '../../../src/node/codecs.ts';
import { directory, file, noise, prose, symlink } from '../../support/trees.ts';
import { smallTree } from '../support/explore.ts';
import { COMPRESSED, type IsoOptions, writeIso } from '../support/write-image.ts';

/** A sink whose write number `fault` fails. */
function faultySink(fault: number, error: Error): ByteSink & { readonly writes: number } {
  let writes = 0;
  return {
    get writes() {
      return writes;
    },
    async write() {
      writes += 1;
      const number = writes;
      await Promise.resolve();
      if (number === fault) throw error;
    },
  };
}

const tree = (): InputDirectory =>
  directory({ small: smallTree(), packed: file(prose(1_300_000)), noise: file(noise(1_100_000)), z: file('z') });

describe('a failure', () => {
  test('of any write is the error that is seen, and nothing is written once it is told', async () => {
    // What is in the image does not matter here, only that files are stored either way.
    const compress = async (data: Uint8Array) => data.subarray(0, data[0] === 0x6c ? 1000 : data.length + 1);
    const options = { compressor: { name: 'gzip', level: 1, concurrency: 4, compress }, blockSize: 131_072 } as const;
    const whole = faultySink(0, new Error('never'));
    await writeIso9660({ root: tree(), sink: whole, ...options });
    expect(whole.writes).toBeGreaterThan(30);
    for (let number = 1; number <= whole.writes; number++) {
      const fault = new AppImageError('io', `fault ${number}`);
      const sink = faultySink(number, fault);
      await expect(writeIso9660({ root: tree(), sink, ...options }), fault.message).rejects.toBe(fault);
      const { writes } = sink;
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(sink.writes, fault.message).toBe(writes);
    }
  });

  test('of an input leaves the sink alone once it is told', async () => {
    const failure = new AppImageError('io', 'unreadable');
    const root = directory({ a: file(noise(500_000)), b: { ...file(), content: failing(failure) } });
    let told = false;
    let later = 0;
    const sink: ByteSink = {
      async write() {
        if (told) later += 1;
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (told) later += 1;
      },
    };
    const writing = writeIso9660({ root, sink, ...COMPRESSED });
    await expect(writing.finally(() => (told = true))).rejects.toBe(failure);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(later).toBe(0);
  });

  test.each([9000, 3_000_000])('of a compressor at a file of %d bytes is the error that is seen', async (size) => {
    const failure = new Error('compressor');
    const compressor = { ...nodeCompressor('gzip'), compress: async () => Promise.reject(failure) };
    await expect(writeIso(directory({ a: file(prose(size)) }), { compressor })).rejects.toBe(failure);
  });

  test.each([
    [10_000, 9999],
    [10_000, 10_001],
    [10_000, 0],
    [0, 1],
    [2_000_000, 1_999_999],
    [2_000_000, 2_000_001],
  ])('of a file to have the %d bytes that it said, for it has %d, is io with its path', async (size, length) => {
    const content = { ...file(noise(length)).content, size };
    const root = directory({ folder: directory({ name: { ...file(), content } }) });
    await expect(writeIso(root, COMPRESSED)).rejects.toMatchObject({ code: 'io', path: 'folder/name' });
  });

  test('of a large file to stay as it was while its twin is looked for is io with its path', async () => {
    const size = 2_000_000;
    let reading = 0;
    const content: FileContent = {
      size,
      read(pieceLength, options) {
        reading += 1;
        return file(noise(size, reading)).content.read(pieceLength, options);
      },
    };
    const root = directory({ a: file(noise(size, 99)), b: { ...file(), content } });
    await expect(writeIso(root)).rejects.toMatchObject({ code: 'io', path: 'b' });
    expect(reading).toBe(2);
  });

  test.each([9000, 2_000_000])(
    'to wait ends the writing of files of %d bytes with the reason of the signal',
    async (size) => {
      const controller = new AbortController();
      const reason = new Error('given up');
      const root = directory(
        Array.from({ length: 30 }, (_, index): [string, InputNode] => [`${index}`, file(noise(size, index))]),
      );
      let calls = 0;
      const onProgress = () => {
        calls += 1;
        if (calls === 20) controller.abort(reason);
      };
      const writing = writeIso(root, { blockSize: 32_768, signal: controller.signal, onProgress });
      await expect(writing).rejects.toBe(reason);
      expect(calls).toBeLessThan(30);
    },
  );
});

describe('a mistake of the caller', () => {
  test.each<[string, IsoOptions]>([
    ['a block size that zisofs does not know', { blockSize: 16_384 }],
    ['a block size that is no power of two', { blockSize: 100_000 }],
    ['a compressor that is not zlib', { compressor: nodeCompressor('zstd') }],
    ['a volume id that is too long', { volumeId: 'x'.repeat(33) }],
    ['a volume id that is not ASCII', { volumeId: 'Schön' }],
    ['a time before 1970', { mkfsTime: -1 }],
    ['a time beyond 32 bits', { mkfsTime: 2 ** 32 }],
    ['a system area that is too large', { systemArea: new Uint8Array(32_769) }],
    ['application use that is too large', { applicationUse: new Uint8Array(513) }],
  ])('such as %s is a RangeError', async (_, options) => {
    await expect(writeIso(directory(), options)).rejects.toThrow(RangeError);
  });

  test.each<[string, InputDirectory]>([
    ['a name with a slash', directory({ 'a/b': file() })],
    ['a name of 256 bytes', directory({ ['x'.repeat(256)]: file() })],
    ['an empty target', directory({ link: symlink('') })],
    ['a mode with a type in it', directory({ name: file('', { mode: 0o100644 }) })],
    ['a time beyond 32 bits', directory({ name: file('', { mtime: 2 ** 32 }) })],
  ])('such as %s is a RangeError', async (_, root) => {
    await expect(writeIso(root)).rejects.toThrow(RangeError);
  });
});

function failing(error: Error): FileContent {
  return {
    size: 10,
    // biome-ignore lint/correctness/useYield: it never comes to that
    async *read() {
      throw error;
    },
  };
}
