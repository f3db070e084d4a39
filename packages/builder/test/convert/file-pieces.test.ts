import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inPieces } from '../../src/convert/file-pieces.ts';

async function collect(pieces: readonly Uint8Array[], length: number): Promise<Uint8Array[]> {
  const source = async function* () {
    yield* pieces;
  };
  const result: Uint8Array[] = [];
  for await (const piece of inPieces(source(), length)) result.push(piece);
  return result;
}

describe('inPieces', () => {
  test('cuts any pieces into those of one length, the last one shorter', async () => {
    const anyPieces = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(anyPieces, fc.integer({ min: 1, max: 15 }), async (pieces, length) => {
        const result = await collect(pieces, length);
        expect(Buffer.concat(result)).toEqual(Buffer.concat(pieces));
        for (const piece of result.slice(0, -1)) expect(piece).toHaveLength(length);
        if (result.length > 0) expect(result.at(-1)?.length).toBeGreaterThan(0);
      }),
    );
  });

  test('hands on a piece that has the length already, without a copy', async () => {
    const piece = new Uint8Array(8);
    const [first] = await collect([piece, new Uint8Array(3)], 8);
    expect(first?.buffer).toBe(piece.buffer);
  });
});
