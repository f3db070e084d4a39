import { describe, expect, test } from 'vitest';
import { AppImageError } from '../../../src/errors.ts';
import type { FileContent, InputDirectory, InputNode } from '../../../src/filesystem/input-tree.ts';
import type { ByteSink } from '../../../src/io/byte-sink.ts';
import { nodeCompressor } from '../../../src/node/codecs.ts';
import { writeSquashfs } from '../../../src/squashfs/write/write-squashfs.ts';
import { smallTree } from '../../support/hostile.ts';
import { device, directory, file, noise, symlink, writeImage, xattrs } from '../../support/trees.ts';

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

describe('a failure', () => {
  test('of any write is the error that is seen, and nothing is written once it is told', async () => {
    const root = directory({ more: smallTree(), large: file(noise(100_000)) });
    const compressor = nodeCompressor('zstd', 1);
    const whole = faultySink(0, new Error('never'));
    await writeSquashfs({ root, sink: whole, compressor, blockSize: 4096 });
    expect(whole.writes).toBeGreaterThan(30);
    for (let number = 1; number <= whole.writes; number++) {
      const fault = new AppImageError('io', `fault ${number}`);
      const sink = faultySink(number, fault);
      await expect(writeSquashfs({ root, sink, compressor, blockSize: 4096 }), fault.message).rejects.toBe(fault);
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
    const writing = writeSquashfs({ root, sink, compressor: nodeCompressor('zstd', 1), blockSize: 4096 });
    await expect(writing.finally(() => (told = true))).rejects.toBe(failure);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(later).toBe(0);
  });

  test('of a compressor is the error that is seen', async () => {
    const failure = new Error('compressor');
    const compressor = { ...nodeCompressor('zstd'), compress: async () => Promise.reject(failure) };
    await expect(writeImage(smallTree(), { compressor })).rejects.toBe(failure);
  });

  test.each([
    ['shorter', 9999],
    ['longer', 10_001],
    ['empty', 0],
  ])('of a file to be as long as it said, for it is %s, is io with its path', async (_, length) => {
    const content = { ...file(noise(length)).content, size: 10_000 };
    const root = directory({ folder: directory({ name: { ...file(), content } }) });
    await expect(writeImage(root, { blockSize: 4096 })).rejects.toMatchObject({ code: 'io', path: 'folder/name' });
  });

  test('to wait ends the writing with the reason of the signal', async () => {
    const controller = new AbortController();
    const reason = new Error('given up');
    const root = directory(
      Array.from({ length: 50 }, (_, index): [string, InputNode] => [`${index}`, file(noise(9000, index))]),
    );
    let calls = 0;
    const onProgress = () => {
      calls += 1;
      if (calls === 20) controller.abort(reason);
    };
    const writing = writeImage(root, { blockSize: 4096, signal: controller.signal, onProgress });
    await expect(writing).rejects.toBe(reason);
    expect(calls).toBeLessThan(100);
  });
});

describe('a mistake of the caller', () => {
  test.each<[string, Parameters<typeof writeImage>[1]]>([
    ['a block size that is no power of two', { blockSize: 5000 }],
    ['a block size of 2 KiB', { blockSize: 2048 }],
    ['a block size of 2 MiB', { blockSize: 2 ** 21 }],
    ['a padding of 0', { padding: 0 }],
    ['a negative padding', { padding: -1 }],
    ['a time before 1970', { mkfsTime: -1 }],
    ['a time beyond 2106', { mkfsTime: 2 ** 32 }],
    ['a time with a fraction', { mkfsTime: 1.5 }],
  ])('%s is a RangeError', async (_, options) => {
    await expect(writeImage(directory(), options)).rejects.toThrow(RangeError);
  });

  const twice = directory();
  const loop = new Map<string, InputNode>();
  const circle: InputDirectory = { ...directory(), entries: loop };
  loop.set('again', circle);

  test.each<[string, InputNode]>([
    ['a mode beyond 7777', file('', { mode: 0o10000 })],
    ['a mode with a fraction', file('', { mode: 0.5 })],
    ['a negative mtime', file('', { mtime: -1 })],
    ['an mtime beyond 2106', directory({}, { mtime: 2 ** 32 })],
    ['a uid beyond 32 bits', file('', { uid: 2 ** 32 })],
    ['a negative gid', symlink('x', { gid: -1 })],
    ['an empty target', symlink('')],
    ['a target of 4,096 bytes', symlink('x'.repeat(4096))],
    ['a target with a NUL', symlink('a\0b')],
    ['a major number of 4,096', device('block-device', 4096, 0)],
    ['a minor number of 2^20', device('block-device', 0, 2 ** 20)],
    ['a directory under two names', directory({ one: twice, two: twice })],
    ['a directory in itself', circle],
    ['a value of more than 64 KiB', file('', { xattrs: xattrs({ 'user.x': new Uint8Array(65_537) }) })],
  ])('%s is a RangeError', async (_, node) => {
    await expect(writeImage(directory({ node }))).rejects.toThrow(RangeError);
  });

  test.each(['', '.', '..', 'a/b', '/', 'a\0', 'x'.repeat(256), 'ü'.repeat(128), '\ud800', '\udcc3\udca4', '\udc00'])(
    'the name %j is a RangeError',
    async (name) => {
      await expect(writeImage(directory([[name, file()]]))).rejects.toThrow(RangeError);
    },
  );

  test('an attribute of an unknown namespace is a TypeError', async () => {
    await expect(writeImage(directory({}, { xattrs: xattrs({ 'system.x': 'y' }) }))).rejects.toThrow(TypeError);
  });
});

test('65,536 different ids are more than an image holds', async () => {
  const owned = Array.from({ length: 32_769 }, (_, index): [string, InputNode] => {
    return [`${index}`, symlink('x', { uid: 2 * index, gid: 2 * index + 1 })];
  });
  await expect(writeImage(directory(owned))).rejects.toMatchObject({ code: 'limit' });
});

test('progress ends with all bytes read, and never goes back', async () => {
  const seen: number[] = [];
  const root = directory({ a: file(noise(9000)), b: file(noise(9000)), c: file(noise(10, 5)), d: file() });
  await writeImage(root, {
    blockSize: 4096,
    onProgress: ({ bytesRead, totalBytes }) => {
      expect(totalBytes).toBe(18_010);
      seen.push(bytesRead);
    },
  });
  expect(seen.at(-1)).toBe(18_010);
  expect([...seen].sort((left, right) => left - right)).toEqual(seen);
});

function failing(error: Error): FileContent {
  return {
    size: 10_000,
    async *read() {
      yield noise(4096);
      throw error;
    },
  };
}
