import { contentOf, malformedBlock, tooLong } from '../decompressed-block.ts';
import { LzmaDecoder, RUN_HEADER_SIZE, withMargin } from './lzma-decoder.ts';
import { LZMA_HEADER_SIZE, parseLzmaHeader } from './lzma-header.ts';

const NAME = 'lzma';

/**
 * Decompresses a block of the "LZMA alone" format (`.lzma`), with or without a size in its header and an end marker.
 *
 * @throws AppImageError `malformed` as {@link DecompressBlock} says; the format has no checksum
 */
export function decompressLzma(data: Uint8Array, maximumLength: number): Uint8Array {
  const dataStart = LZMA_HEADER_SIZE + RUN_HEADER_SIZE;
  if (data.length < dataStart) {
    throw malformedBlock(NAME, `it must have at least ${dataStart} bytes, found ${data.length}`);
  }
  const { properties, contentLength } = parseLzmaHeader(data);
  const limit = contentLength ?? maximumLength;
  if (limit > maximumLength) throw tooLong(NAME, maximumLength);
  // One byte more, so that the symbol which should be the end marker may turn out to be another.
  const output = new Uint8Array(limit + 1);
  const decoder = new LzmaDecoder({ name: NAME, input: withMargin(data), output });
  decoder.resetState(properties);
  decoder.startRun(LZMA_HEADER_SIZE, data.length);
  decoder.decode(contentLength ?? limit + 1);
  // Where the size is known, a marker may still follow; before one the range decoder can not be finished.
  if (!(decoder.endMarkerFound || decoder.isFinished)) decoder.decode(limit + 1);
  if (decoder.position > limit) throw tooLong(NAME, limit);
  if (contentLength === undefined && !decoder.endMarkerFound) {
    throw decoder.malformed('it must end with an end marker, found none');
  }
  if (contentLength !== undefined && decoder.position < contentLength) {
    throw decoder.malformed(`content must have ${contentLength} bytes, found ${decoder.position}`);
  }
  if (!decoder.isFinished) throw decoder.malformed('its data must end with its last symbol, found more');
  return contentOf(output, decoder.position);
}
