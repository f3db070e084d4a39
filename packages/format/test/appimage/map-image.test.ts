import { describe, expect, test } from 'vitest';
import {
  bytesContent,
  type InputNode,
  mapAppImage,
  memorySink,
  openAppImage,
  writeIso9660,
  writeSquashfs,
} from '../../src/index.ts';
import { nodeCompressor } from '../../src/node/index.ts';

const base = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };

function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
}

function tree(files: Readonly<Record<string, Uint8Array>>) {
  const entries = new Map<string, InputNode>(
    Object.entries(files).map(([path, bytes]) => [path, { type: 'file', ...base, content: bytesContent(bytes) }]),
  );
  return { type: 'directory', ...base, mode: 0o755, entries } as const;
}

describe('the pieces of an image', () => {
  test('fill it without gaps, and name the files of each block', async () => {
    const sink = memorySink();
    const root = tree({ large: noise(300_000, 1), small: noise(1000, 2), tiny: noise(100, 3) });
    await writeSquashfs({ root, sink, compressor: nodeCompressor('gzip', 1) });
    await using image = await openAppImage(sink.bytes);
    const pieces = await mapAppImage(image);
    let position = 0;
    for (const { start, length } of pieces) {
      expect(start).toBe(position);
      position += length;
    }
    expect(position).toBe(sink.bytes.length);
    const contents = pieces.filter(({ kind }) => kind === 'contents');
    expect(contents.map(({ files }) => files.map(({ path }) => path))).toEqual([
      ['large'],
      ['large'],
      ['large'],
      ['small', 'tiny'],
    ]);
    expect(pieces.slice(-2).map(({ kind }) => kind)).toEqual(['tables', 'appendix']); // the latter is padding
  });

  test('are the payload as a whole where the file system does not tell where its blocks are', async () => {
    const sink = memorySink();
    await writeIso9660({ root: tree({ one: noise(5000, 1) }), sink });
    await using image = await openAppImage(sink.bytes);
    expect((await mapAppImage(image)).map(({ kind }) => kind)).toEqual(['tables']);
  });

  test('are one where there is no file system', async () => {
    await using image = await openAppImage(new TextEncoder().encode('#!/bin/sh\necho hello\n'));
    expect(await mapAppImage(image)).toEqual([{ start: 0, length: 21, kind: 'runtime', files: [] }]);
  });
});
