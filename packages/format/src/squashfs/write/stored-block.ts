import type { Compressor } from '../../compression/codec.ts';
import type { OrderedOutput } from '../../filesystem/write/ordered-output.ts';
import { serializeBlockSize } from '../data-block.ts';

/** A block as it goes into the image. */
export interface StoredBlock {
  readonly bytes: Uint8Array;
  readonly compressed: boolean;
}

/** Compresses a block, unless that does not make it smaller. */
export async function storeBlock(compressor: Compressor, content: Uint8Array): Promise<StoredBlock> {
  const bytes = await compressor.compress(content);
  return bytes.length < content.length ? { bytes, compressed: true } : { bytes: content, compressed: false };
}

/** Compresses a data block and appends it; `placed` is told where it went and its size word. */
export async function pushBlock(
  { output, compressor, content }: { output: OrderedOutput; compressor: Compressor; content: Uint8Array },
  placed: (position: number, blockWord: number) => void,
): Promise<void> {
  const stored = storeBlock(compressor, content);
  let blockWord = 0;
  const piece = stored.then(({ bytes, compressed }) => {
    blockWord = serializeBlockSize({ length: bytes.length, compressed });
    return bytes;
  });
  await output.push(piece, (position) => placed(position, blockWord));
}
