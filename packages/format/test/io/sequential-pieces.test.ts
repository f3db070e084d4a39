import { describe, expect, test } from 'vitest';
import { type ByteSource, bufferSource } from '../../src/io/byte-source.ts';
import { sequentialPieces } from '../../src/io/sequential-pieces.ts';
import { noise } from '../support/trees.ts';

const CONTENT = noise(1000);

async function lengthsOf(pieces: AsyncIterable<Uint8Array>): Promise<number[]> {
  const lengths: number[] = [];
  for await (const piece of pieces) lengths.push(piece.length);
  return lengths;
}

describe('the pieces of a source', () => {
  test.each([
    [{}, [1000], 0, 1000],
    [{ pieceLength: 1000 }, [1000], 0, 1000],
    [{ pieceLength: 300 }, [300, 300, 300, 100], 0, 1000],
    [{ pieceLength: 250, offset: 500 }, [250, 250], 500, 1000],
    [{ pieceLength: 4, offset: 990, length: 9 }, [4, 4, 1], 990, 999],
    [{ length: 0 }, [], 0, 0],
    [{ offset: 1000 }, [], 1000, 1000],
  ])('for %j have %j bytes', async (options, lengths, start, end) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of sequentialPieces(bufferSource(CONTENT), options)) pieces.push(piece);
    expect(pieces.map(({ length }) => length)).toEqual(lengths);
    expect(Buffer.compare(Buffer.concat(pieces), CONTENT.subarray(start, end))).toBe(0);
  });

  test('are not those of a range that leaves the source', async () => {
    await expect(lengthsOf(sequentialPieces(bufferSource(CONTENT), { length: 1001 }))).rejects.toMatchObject({
      code: 'out-of-bounds',
    });
  });

  test('are read two ahead of the caller, and no further', async () => {
    const offsets: number[] = [];
    const source: ByteSource = {
      size: 1000,
      read: async (offset, length) => {
        offsets.push(offset);
        return CONTENT.subarray(offset, offset + length);
      },
    };
    const pieces = sequentialPieces(source, { pieceLength: 100 });
    await pieces.next();
    expect(offsets).toEqual([0, 100, 200]);
    await pieces.next();
    expect(offsets).toEqual([0, 100, 200, 300]);
    await pieces.return();
    expect(offsets).toEqual([0, 100, 200, 300]);
  });

  test('that were read in vain fail in silence, and for the caller when they are due', async () => {
    const error = new Error('fault');
    const source: ByteSource = {
      size: 1000,
      read: async (offset) => {
        if (offset > 0) throw error;
        return CONTENT.subarray(0, 100);
      },
    };
    for await (const piece of sequentialPieces(source, { pieceLength: 100 })) {
      expect(piece).toHaveLength(100);
      break;
    }
    await expect(lengthsOf(sequentialPieces(source, { pieceLength: 100 }))).rejects.toBe(error);
  });

  test('end when the signal is aborted, even where the source pays no heed to it', async () => {
    const controller = new AbortController();
    const source: ByteSource = {
      size: 1000,
      read: async (offset, length) => CONTENT.subarray(offset, offset + length),
    };
    const pieces = sequentialPieces(source, { pieceLength: 100, signal: controller.signal });
    await pieces.next();
    controller.abort(new Error('enough'));
    await expect(pieces.next()).rejects.toThrow('enough');
  });
});
