import { concatBytes } from '../../io/concat-bytes.ts';
import { crc32 } from '../../io/crc32.ts';
import { RecordWriter } from '../../io/record-writer.ts';
import { serializeBlockHeader } from './block-header.ts';
import { serializeBlockIndex } from './block-index.ts';
import { serializeStreamFooter } from './stream-footer.ts';
import { serializeStreamHeader } from './stream-header.ts';

/** CRC32, the one check that Linux knows in SquashFS. */
const FLAGS = { checkId: 1, checkSize: 4 };

/**
 * Makes an .xz stream of one block out of what LZMA2 has made of its content, as SquashFS has its blocks. Linux refuses streams with a larger
 * dictionary than a block of the image: here it is the smallest that holds the content.
 */
export function wrapLzma2(compressed: Uint8Array, content: Uint8Array): Uint8Array {
  const blockHeader = serializeBlockHeader(content.length);
  const padding = new Uint8Array(-compressed.length & 3);
  const check = new RecordWriter(FLAGS.checkSize).uint32(crc32(content)).bytes;
  const unpaddedSize = blockHeader.length + compressed.length + check.length;
  const index = serializeBlockIndex([{ unpaddedSize, contentSize: content.length }]);
  return concatBytes([
    serializeStreamHeader(FLAGS),
    blockHeader,
    compressed,
    padding,
    check,
    index,
    serializeStreamFooter({ indexSize: index.length, flags: FLAGS }),
  ]);
}
