import { ZSTDDecoder } from 'zstddec';
import { AppImageError } from '../../errors.ts';
import { type DecompressBlock, malformedBlock } from '../decompressed-block.ts';

const NAME = 'zstd';

/** WebAssembly has at most 2 GiB of memory here, into which block and content have to fit. */
const LONGEST_CONTENT = 2 ** 30;

const EMPTY = new Uint8Array(0);

/**
 * Starts Zstandard's own decoder, which is WebAssembly and can only be started asynchronously; what is returned does not wait.
 * It takes one or more frames, needs no window, since it writes all content in one piece, and checks checksums. As it does not
 * tell an empty content from an error, that is refused, too; no file system has such blocks.
 *
 * @throws AppImageError `unsupported` where WebAssembly is not allowed, by a page's security policy for instance
 */
export async function loadZstd(): Promise<DecompressBlock> {
  const decoder = new ZSTDDecoder();
  await decoder.init().catch(refuse);
  return (data, maximumLength) => {
    const capacity = Math.min(maximumLength, LONGEST_CONTENT);
    const content = capacity === 0 ? EMPTY : decoder.decode(data, capacity);
    if (content.length > 0) return content;
    throw malformedBlock(NAME, `it must be whole and have 1 to ${capacity} bytes of content, found that it is not so`);
  };
}

function refuse(cause: unknown): never {
  throw new AppImageError(
    'unsupported',
    'Cannot decompress zstd block: WebAssembly must be allowed, found that it does not start',
    { cause },
  );
}
