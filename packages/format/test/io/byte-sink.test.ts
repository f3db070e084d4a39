import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mountTmpfs, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { memorySink, windowSink } from '../../src/io/byte-sink.ts';
import { openFileSink } from '../../src/node/file-sink.ts';
import { noise } from '../support/trees.ts';

describe('a sink into memory', () => {
  test('holds what was written, in any order', async () => {
    const sink = memorySink();
    await sink.write(4, Uint8Array.of(5, 6));
    await sink.write(0, Uint8Array.of(1, 2));
    expect([...sink.bytes]).toEqual([1, 2, 0, 0, 5, 6]);
  });

  test('fills gaps with zeros, far beyond its first size, too', async () => {
    const sink = memorySink();
    await sink.write(0, noise(65_536));
    await sink.write(1_000_000, Uint8Array.of(1));
    expect(sink.bytes).toHaveLength(1_000_001);
    expect(sink.bytes.subarray(65_536, 1_000_000).every((byte) => byte === 0)).toBe(true);
    expect(Buffer.compare(sink.bytes.subarray(0, 65_536), noise(65_536))).toBe(0);
  });

  test('keeps what was written when its start is written again', async () => {
    const sink = memorySink();
    await sink.write(0, noise(100));
    await sink.write(0, Uint8Array.of(7));
    expect(Buffer.compare(sink.bytes.subarray(1), noise(100).subarray(1))).toBe(0);
  });

  test('takes an offset below zero for a mistake of the caller', async () => {
    await expect(memorySink().write(-1, noise(1))).rejects.toThrow(RangeError);
  });
});

describe('a window into a sink', () => {
  test('writes behind its offset', async () => {
    const sink = memorySink();
    await windowSink(sink, 3).write(1, Uint8Array.of(9));
    expect([...sink.bytes]).toEqual([0, 0, 0, 0, 9]);
  });

  test('never writes before its offset', async () => {
    const sink = memorySink();
    await expect(windowSink(sink, 3).write(-1, Uint8Array.of(9))).rejects.toThrow(RangeError);
    expect(sink.bytes).toHaveLength(0);
  });
});

describe('a sink into a file', () => {
  test('writes at any offset', async () => {
    const path = join(temporaryFolder(), 'file');
    await using sink = await openFileSink(path);
    await sink.write(3, Buffer.from('def'));
    await sink.write(0, Buffer.from('abc'));
    await sink.sync();
    expect(readFileSync(path, 'utf8')).toBe('abcdef');
  });

  test('refuses a file that is there', async () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, 'precious');
    await expect(openFileSink(path)).rejects.toMatchObject({ code: 'io', path, cause: { code: 'EEXIST' } });
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  test.each([
    ['truncate', 'x'],
    ['patch', 'xrecious'],
  ] as const)('may %s a file that is there', async (existing, expected) => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, 'precious');
    await using sink = await openFileSink(path, { existing });
    await sink.write(0, Buffer.from('x'));
    expect(readFileSync(path, 'utf8')).toBe(expected);
  });

  test('that was closed fails with io', async () => {
    const sink = await openFileSink(join(temporaryFolder(), 'file'));
    await sink.close();
    await expect(sink.write(0, Buffer.from('x'))).rejects.toMatchObject({ code: 'io' });
    await expect(sink.sync()).rejects.toMatchObject({ code: 'io' });
  });

  testWith(['root'], 'on a full disk fails with io', async () => {
    const folder = mountTmpfs(temporaryFolder(), '1m');
    await using sink = await openFileSink(join(folder, 'file'));
    const write = async () => {
      for (let offset = 0; offset < 4_194_304; offset += 65_536) await sink.write(offset, noise(65_536));
    };
    await expect(write()).rejects.toMatchObject({ code: 'io', cause: { code: 'ENOSPC' } });
  });
});
