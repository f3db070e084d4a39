import { describe, expect, test } from 'vitest';
import {
  bufferSource,
  type FileContent,
  type InputNode,
  memorySink,
  openSquashfs,
  type TailPacking,
  writeSquashfs,
} from '../../../src/index.ts';
import { nodeCompressor, nodeDecompressors } from '../../../src/node/index.ts';

const BLOCK = 4096;
const memory = new Uint8Array(BLOCK);

/** A file of one letter, which is handed out in the memory of all others wherever the reader says that it copies. */
function content(letter: string, size: number, told: boolean[]): FileContent {
  const code = letter.charCodeAt(0);
  return {
    size,
    async *read(pieceLength, { copied = false } = {}) {
      told.push(copied);
      for (let offset = 0; offset < size; offset += pieceLength) {
        const length = Math.min(pieceLength, size - offset);
        yield copied ? memory.subarray(0, length).fill(code) : new Uint8Array(length).fill(code);
      }
    },
  };
}

describe('contents that come in memory which is used again', () => {
  test.each<[TailPacking, boolean]>([
    ['small-files', true],
    ['always', true],
    ['never', false],
  ])('are written as they are, tails packed %s', async (tailPacking, isCopied) => {
    const told: boolean[] = [];
    const sizes = { a: 10, b: 3000, c: 10, d: BLOCK - 1, e: 3000 };
    const base = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };
    const entries = new Map<string, InputNode>(
      Object.entries(sizes).map(([name, size]) => [
        name,
        { type: 'file', ...base, content: content(name, size, told) },
      ]),
    );
    const sink = memorySink();
    const root = { type: 'directory', ...base, mode: 0o755, entries } as const;
    await writeSquashfs({ root, sink, compressor: nodeCompressor('gzip', 1), blockSize: BLOCK, tailPacking });
    const image = await openSquashfs(bufferSource(sink.bytes), { decompressors: nodeDecompressors });
    for (const [name, size] of Object.entries(sizes)) {
      expect(await text(image.readFile(name))).toBe(name.repeat(size));
    }
    expect(new Set(told)).toEqual(new Set([isCopied]));
  });

  test('are not asked for in such memory where blocks are of one file', async () => {
    const told: boolean[] = [];
    const base = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };
    const file = { type: 'file', ...base, content: content('x', 3 * BLOCK + 1, told) } as const;
    const root = { type: 'directory', ...base, mode: 0o755, entries: new Map([['x', file]]) } as const;
    await writeSquashfs({ root, sink: memorySink(), compressor: nodeCompressor('gzip', 1), blockSize: BLOCK });
    expect(told).toEqual([false]);
  });
});

async function text(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  let all = '';
  for await (const piece of pieces) all += new TextDecoder().decode(piece);
  return all;
}
