import { Z_DATA_ERROR, Z_FINISH, Z_NEED_DICT, Z_STREAM_END, ZStream, zlibInflate, zlibInflateInit } from 'pako';
import { contentOf, malformedBlock, tooLong } from '../decompressed-block.ts';

const NAME = 'gzip';

/**
 * Decompresses a block that is one zlib stream (RFC 1950), which is what file systems mean by gzip. Bytes after its end are
 * ignored, as zlib's other users do.
 *
 * @throws AppImageError `malformed` as {@link DecompressBlock} says, and when the Adler-32 checksum does not hold
 */
export function decompressGzip(data: Uint8Array, maximumLength: number): Uint8Array {
  const stream = new ZStream();
  stream.input = data;
  stream.avail_in = data.length;
  stream.output = new Uint8Array(maximumLength);
  stream.avail_out = maximumLength;
  zlibInflateInit(stream);
  const status = zlibInflate(stream, Z_FINISH);
  if (status === Z_STREAM_END) return contentOf(stream.output, stream.next_out);
  if (status === Z_NEED_DICT) throw malformedBlock(NAME, 'it must need no dictionary, found that it does');
  if (status === Z_DATA_ERROR) throw malformedBlock(NAME, stream.msg);
  if (stream.avail_out === 0 && stream.avail_in > 0) throw tooLong(NAME, maximumLength);
  throw malformedBlock(NAME, 'it must end with its checksum, found that it is cut off');
}
